import CKernels
import Gradus
import Testing

/// Matrix products agree with plain loops, whichever kernel they take.
struct ProductTests {
    @Test func onTheProcessorsBestInstructions() { requireRightProducts() }

    @Test func onVersion3() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_V3)
            requireRightProducts()
        }
    }

    @Test func onAnyProcessor() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_ANY)
            requireRightProducts()
        }
    }

    @Test func weightsThatChangeArePackedAnew() {
        let layer = withRandomSeed(1) { Dense(40, 50) }
        let x = Tensor<Float>(normal: [20, 40], using: RandomGenerator(seed: 2))
        let before = layer(x, .inference)
        layer.weight.value = layer.weight.value * 2
        #expect((layer(x, .inference) - before * 2).absoluteValue().max().item < 1e-5)
        var changed = layer.weight.value
        changed.withUnsafeMutableElements { $0[0] += 1 }
        layer.weight.value = changed
        let other = Dense(weight: changed.detached(), bias: nil)
        #expect(layer(x, .inference) == other(x, .inference))
    }
}

/// Ends the process when a product is wrong.
private func requireRightProducts() {
    let sizes = [
        (1, 1, 1), (17, 9, 33), (16, 8, 8), (100, 300, 70), (29, 1100, 65), (300, 40, 31), (5, 64, 64), (64, 3, 64),
        (40, 64, 7), (130, 513, 97),
    ]
    for (m, k, n) in sizes {
        for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
            let single = productError(m, k, n, transposeA, transposeB, of: Float.self)
            let double = productError(m, k, n, transposeA, transposeB, of: Double.self)
            if !(single < 1e-6 && double < 1e-14) { fatalError("\(m) × \(k) × \(n): errors \(single), \(double)") }
        }
    }
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
