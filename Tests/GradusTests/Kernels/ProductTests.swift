import CKernels
import Gradus
import Testing

/// Matrix products agree with plain loops, whichever kernel they take.
@Suite(.serialized) struct ProductTests {
    static let sizes = [
        (1, 1, 1), (17, 9, 33), (16, 8, 8), (100, 300, 70), (29, 1100, 65), (300, 40, 31), (5, 64, 64), (64, 3, 64),
        (40, 64, 7),
        (130, 513, 97),
    ]

    @Test(arguments: [GRADUS_ANY, GRADUS_V3, GRADUS_V4])
    func productsAgreeWithLoops(_ instructions: gradus_instructions) {
        gradus_limit_instruction_set(instructions)
        defer { gradus_limit_instruction_set(GRADUS_V4) }
        for (m, k, n) in Self.sizes {
            for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
                #expect(error(m, k, n, transposeA, transposeB, of: Float.self) < 1e-6, "\(m) × \(k) × \(n)")
                #expect(error(m, k, n, transposeA, transposeB, of: Double.self) < 1e-14, "\(m) × \(k) × \(n)")
            }
        }
    }

    /// The largest error against the sum of the terms' sizes.
    private func error<Scalar: DifferentiableScalar>(
        _ m: Int, _ k: Int, _ n: Int, _ transposeA: Bool, _ transposeB: Bool, of type: Scalar.Type
    ) -> Double {
        let random = RandomGenerator(seed: 9)
        let a = Tensor<Scalar>(normal: transposeA ? [k, m] : [m, k], using: random)
        let b = Tensor<Scalar>(normal: transposeB ? [n, k] : [k, n], using: random)
        let product = matmul(a, transposeA: transposeA, b, transposeB: transposeB).scalars
        let (x, y) = (a.scalars, b.scalars)
        var worst = 0.0
        for i in 0..<m {
            for j in 0..<n {
                var (sum, size) = (0.0, 1e-30)
                for t in 0..<k {
                    let term =
                        x[transposeA ? t * m + i : i * k + t].asDouble * y[transposeB ? j * k + t : t * n + j].asDouble
                    sum += term
                    size += abs(term)
                }
                worst = max(worst, abs(product[i * n + j].asDouble - sum) / size)
            }
        }
        return worst
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
