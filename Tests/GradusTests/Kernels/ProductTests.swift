import CKernels
import Gradus
import Testing

/// Matrix products agree with plain loops, whichever kernel they take.
struct ProductTests {
    @Test func onTheProcessorsBestInstructions() { #expect(wrongProduct() == nil) }

    @Test func onVersion3() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_V3)
            if let wrong = wrongProduct() { fatalError(wrong) }
        }
    }

    @Test func onAnyProcessor() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_ANY)
            if let wrong = wrongProduct() { fatalError(wrong) }
        }
    }

    @Test func rowsOf4KiBMeetPackedWeightsAsOthersDo() {
        let layer = withRandomSeed(1) { Dense(1024, 72) }
        let x = Tensor<Float>(normal: [37, 1024], using: RandomGenerator(seed: 2))
        let weight = Tensor<Double>(layer.weight.value), bias = Tensor<Double>(layer.bias!.value)
        let expected = matmul(Tensor<Double>(x), weight) + bias
        let error = (Tensor<Double>(layer(x, .inference)) - expected).absoluteValue().max().item
        #expect(error < 1e-5, "\(error)")
    }

    @Test func weightsThatChangeArePackedAnew() {
        let layer = withRandomSeed(1) { Dense(40, 50) }
        let x = Tensor<Float>(normal: [20, 40], using: RandomGenerator(seed: 2))
        let before = layer(x, .inference)
        layer.weight.value = layer.weight.value * 2
        #expect((layer(x, .inference) - before * 2).absoluteValue().max().item < 1e-5)
        // An optimizer changes the weights where they lie.
        _ = layer(x, .inference)
        let (_, gradients) = valueWithGradient(at: layer) { layer(x, .training).squared().mean() }
        SGD(learningRate: 1).update(layer, along: gradients)
        let fresh = Dense(weight: Tensor(layer.weight.value.scalars, shape: [40, 50]), bias: layer.bias?.value)
        #expect(layer(x, .inference) == fresh(x, .inference))
    }
}

/// The first product that is wrong, and by how much; `nil` when all are right.
private func wrongProduct() -> String? {
    let sizes = [
        (1, 1, 1), (17, 9, 33), (16, 8, 8), (100, 300, 70), (29, 1100, 65), (300, 40, 31), (5, 64, 64), (64, 3, 64),
        (40, 64, 7), (130, 513, 97), (1, 700, 1000), (1, 3, 5),
        // Rows multiples of 4 KiB apart, and more terms and rows than are packed at a time.
        (300, 1024, 40), (1400, 1600, 9),
    ]
    for (m, k, n) in sizes {
        for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
            let single = productError(m, k, n, transposeA, transposeB, of: Float.self)
            let double = productError(m, k, n, transposeA, transposeB, of: Double.self)
            if !(single < 1e-6 && double < 1e-14) { return "\(m) × \(k) × \(n): errors \(single), \(double)" }
        }
    }
    return nil
}

/// The largest error against the sum of the terms' sizes.
private func productError<Scalar: DifferentiableScalar>(
    _ m: Int, _ k: Int, _ n: Int, _ transposeA: Bool, _ transposeB: Bool, of type: Scalar.Type
) -> Double {
    let random = RandomGenerator(seed: 9)
    let a = Tensor<Scalar>(normal: transposeA ? [k, m] : [m, k], using: random)
    let b = Tensor<Scalar>(normal: transposeB ? [n, k] : [k, n], using: random)
    let product = matmul(a, transposeA: transposeA, b, transposeB: transposeB).scalars
    let (x, y) = (a.scalars.map(\.asDouble), b.scalars.map(\.asDouble))
    var worst = 0.0
    for i in 0..<m {
        for j in 0..<n {
            var (sum, size) = (0.0, 1e-30)
            for t in 0..<k {
                let term = x[transposeA ? t * m + i : i * k + t] * y[transposeB ? j * k + t : t * n + j]
                sum += term
                size += abs(term)
            }
            worst = max(worst, abs(product[i * n + j].asDouble - sum) / size)
        }
    }
    return worst
}
