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
}
