import Gradus
import Testing

/// Calls of `valueWithGradient` inside one another.
@Suite struct NestedCallTests {
    @Test func anInnerCallLeavesAnOuterOneAlone() {
        func gradient<Scalar: DifferentiableScalar>(_: Scalar.Type) -> [Scalar] {
            let (w, x) = (Tensor<Scalar>([1, 2]), Tensor<Scalar>([3, 5]))
            return valueWithGradient(at: w) { w in
                _ = valueWithGradient(at: x) { ($0 * w).sum() }
                return (w * 10).sum()
            }.gradient.scalars
        }
        #expect(gradient(Float.self) == [10, 10])
        #expect(gradient(Double.self) == [10, 10])
    }

    @Test func anInnerSaliencyLeavesATrainedLayerAlone() {
        let layer = Dense(weight: Tensor([[3], [5]]), bias: nil)
        let x = Tensor<Float>([[1, 2]])
        let (_, gradients) = valueWithGradient(at: layer) {
            _ = valueWithGradient(at: x) { layer($0, .inference).sum() }
            return layer(x, .training).sum()
        }
        #expect(gradients["weight"]?.scalars == [1, 2])
    }

    @Test func aTensorOfAnOuterCallIsAConstantInside() {
        func gradient<Scalar: DifferentiableScalar>(_: Scalar.Type) -> [Scalar] {
            let (w, x) = (Tensor<Scalar>([1, 2]), Tensor<Scalar>([3, 5]))
            return valueWithGradient(at: w) { w in
                let h = w * 2
                let (_, slope) = valueWithGradient(at: x) { ($0 * h).sum() }
                #expect(slope.scalars == [2, 4])
                return h.sum()
            }.gradient.scalars
        }
        #expect(gradient(Float.self) == [2, 2])
        #expect(gradient(Double.self) == [2, 2])
    }

    @Test func aPenaltyOnAGradientHasAGradient() {
        func gradient<Scalar: DifferentiableScalar>(_: Scalar.Type) -> [Scalar] {
            valueWithGradient(at: Tensor<Scalar>([1, 2])) { w in
                // f = Σ w³, so g = 3 w², Σ g² = 9 w⁴ and its derivative is 36 w³.
                let (_, g) = valueWithGradient(at: w, createGraph: true) { ($0 * $0 * $0).sum() }
                return (g * g).sum()
            }.gradient.scalars
        }
        #expect(gradient(Float.self) == [36, 288])
        #expect(gradient(Double.self) == [36, 288])
    }

    /// A gradient of a gradient of a gradient: f = x⁵, so f‴ = 60 x².
    @Test func thirdDerivatives() {
        let x = Tensor<Double>([1, -2])
        let third = valueWithGradient(at: x) { x in
            let (_, second) = valueWithGradient(at: x, createGraph: true) { x in
                valueWithGradient(at: x, createGraph: true) { $0.power(5).sum() }.gradient.sum()
            }
            return second.sum()
        }.gradient
        #expect(third.scalars == [60, 240])
    }

    /// The value of an inner call keeps its history where a graph is created: loss and penalty come from one call.
    @Test func theValueOfACallThatCreatesAGraphCounts() {
        let (w, x) = (Tensor<Double>([2]), Tensor<Double>([3]))
        let gradient = valueWithGradient(at: w) { w in
            let (loss, slope) = valueWithGradient(at: x, createGraph: true) { (w * $0 * $0).sum() }
            return loss + slope.squared().sum()  // 9 w + 36 w²
        }.gradient
        #expect(gradient.scalars == [9 + 72 * 2])
    }

    /// An operation on tensors of the outer call belongs to it, even when an inner closure computes it.
    @Test func whatAnInnerClosureComputesOfOuterTensorsStays() {
        let w = Tensor<Double>([1, 2])
        let gradient = valueWithGradient(at: w) { w in
            var kept = w
            _ = valueWithGradient(at: Tensor<Double>([3, 5])) { x in
                kept = w.squared()
                return (x * kept).sum()
            }
            return kept.sum()
        }.gradient
        #expect(gradient.scalars == [2, 4])
    }

    @Test func hessianVectorProducts() {
        // f = x² y + sin y.
        let (x, y) = (Tensor<Double>([1.5]), Tensor<Double>([0.7]))
        let (value, gradients, products) = hessianVectorProduct(
            at: [x, y], along: [Tensor([2]), Tensor([-1])]
        ) { ($0[0] * $0[0] * $0[1] + $0[1].sin()).sum() }
        #expect(abs(value.item - (1.5 * 1.5 * 0.7 + 0.644217687237691)) < 1e-12)
        #expect(abs(gradients[0].item - 2.1) < 1e-12 && abs(gradients[1].item - (2.25 + 0.764842187284489)) < 1e-12)
        #expect(abs(products[0].item - (2 * 0.7 * 2 - 2 * 1.5)) < 1e-12)
        #expect(abs(products[1].item - (2 * 1.5 * 2 + 0.644217687237691)) < 1e-12)
        // A linear function has none.
        #expect(hessianVectorProduct(at: x, along: y) { ($0 * 3).sum() }.product.scalars == [0])
    }

    @Test func jacobians() {
        let x = Tensor<Double>([1, 2])
        // The last element does not depend on x.
        let matrix = jacobian(at: x) { x in
            Tensor.concatenated([x.squared(), x[0...0] * x[1...1], Tensor([7])])
        }
        #expect(matrix == Tensor([[2, 0], [0, 4], [2, 1], [0, 0]]))
        let hessian = jacobian(at: x) { x in
            valueWithGradient(at: x, createGraph: true) { ($0[0] * $0[0] * $0[1]).sum() }.gradient
        }
        #expect(hessian == Tensor([[4, 2], [2, 0]]))
    }

    @Test func aPullbackOfTheInputsCanBeDifferentiatedAgain() {
        let x = Tensor<Double>([1, 2])
        let second = valueWithGradient(at: x) { x in
            valueWithGradient(at: x, createGraph: true) { x in
                customOperation(
                    [x], value: { $0[0] * $0[0] * $0[0] },
                    pullback: { upstream, inputs in
                        [3 * inputs[0] * inputs[0] * upstream]
                    }
                ).sum()
            }.gradient.sum()
        }.gradient
        #expect(second.scalars == [6, 12])
    }
}

/// Mistakes that end with a message: each says what came from where, and what to do.
@Suite struct GradientMistakes {
    @Test func aTensorOfAnEarlierCall() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            keepATensorOfAnEarlierCall()
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(
            message.contains("*: an input was computed by \"tanh\" inside a call of valueWithGradient that has ended"))
        #expect(message.contains("detached()") && message.contains("NestedCallTests.swift:"), "\(message)")
    }

    /// Outside of a later call it is a constant like any other.
    @Test func aTensorOfAnEarlierCallHasValues() {
        var logits = Tensor<Float>([0, 0])
        _ = valueWithGradient(at: Tensor<Float>([1, 2])) { w in
            logits = w * 2
            return logits.sum()
        }
        #expect((logits + 1).scalars == [3, 5])
        #expect(valueWithGradient(at: Tensor<Float>([3])) { ($0 * logits.detached()).sum() }.gradient.scalars == [6])
    }

    @Test func aLossThatDependsOnNothing() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let (a, b) = (Dense(2, 2), Dense(2, 2))
            _ = valueWithGradient(at: b) { a(Tensor(ones: [1, 2]), .training).sum() }
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("does not depend on any trainable parameter of Dense"))
    }

    @Test func anInnerGradientWithoutAGraphIsAConstant() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = valueWithGradient(at: Tensor<Float>([1, 2])) { w in
                let (_, g) = valueWithGradient(at: w) { ($0 * $0).sum() }
                return (g * g).sum()
            }
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("the result of the closure does not depend on its input"))
        #expect(message.contains("createGraph"))
    }

    @Test func anOperationWithoutASecondDerivative() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = valueWithGradient(at: Tensor<Float>([1, 2]), createGraph: true) { x in
                customOperation(x) { (value: $0.squared(), pullback: { $0 }) }.sum()
            }
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("customOperation: there is no second derivative"))
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func keepATensorOfAnEarlierCall() {
    let w = Tensor<Float>([1, 2])
    var state = w
    for _ in 0..<2 {
        _ = valueWithGradient(at: w) { w in
            state = (state * w).tanh()
            return state.sum()
        }
    }
}
