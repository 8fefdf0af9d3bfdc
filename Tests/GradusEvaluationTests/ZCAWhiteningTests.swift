import Gradus
import GradusEvaluation
import Testing

/// Whitened rows have no correlations, and come back.
@Suite struct ZCAWhiteningTests {
    /// 4,000 rows of 6 numbers that depend on each other.
    private let rows: Tensor<Float> = {
        let random = RandomGenerator(seed: 3)
        let mixing = Tensor<Float>(normal: [6, 6], using: random)
        return matmul(Tensor<Float>(normal: [4000, 6], using: random), mixing) + Tensor([1, 2, 3, 4, 5, 6])
    }()

    @Test func theCovarianceBecomesTheIdentity() throws {
        let whitening = try ZCAWhitening(FeatureStatistics(rows))
        let white = FeatureStatistics(whitening(rows))
        #expect((white.covariance - Tensor<Double>(identity: 6)).absoluteValue().max().item < 1e-4)
        #expect(white.mean.absoluteValue().max().item < 1e-4)
        #expect((whitening.inverted(whitening(rows)) - rows).absoluteValue().max().item < 1e-3)
        // Of all whitenings ZCA's is the symmetric one.
        #expect((whitening.matrix - whitening.matrix.transposed([1, 0])).absoluteValue().max().item < 1e-4)
    }

    /// With ε each direction of variance λ keeps λ / (λ + ε) of it.
    @Test func epsilonHoldsFaintDirectionsBack() throws {
        let whitening = try ZCAWhitening(FeatureStatistics(rows), epsilon: 0.5)
        let plain = try ZCAWhitening(FeatureStatistics(rows))
        let turned = FeatureStatistics(matmul(whitening(rows), plain.vectors)).covariance
        for (index, value) in plain.values.scalars.enumerated() {
            let expected = Double(value / (value + 0.5))
            #expect(abs(turned.element(at: index, index) - expected) < 1e-4)
        }
        #expect((whitening.inverted(whitening(rows)) - rows).absoluteValue().max().item < 1e-3)
    }

    /// A number that never changes has no variance; it becomes 0 and not something without end.
    @Test func aConstantNumberIsNoDivisionByZero() throws {
        let flat = Tensor<Float>.concatenated([rows, Tensor(repeating: 7, shape: [4000, 1])], axis: 1)
        let white = try ZCAWhitening(FeatureStatistics(flat), epsilon: 1e-5)(flat)
        #expect(white.isFinite)
        #expect(white.slice(axis: 1, 6..<7).absoluteValue().max().item < 1)
    }
}
