import Gradus

/// Scales features to mean 0 and equal standard deviation, with rows of squared length 1 on average.
///
/// `(x − μ) / ((σ + ε) √D)`, μ and σ being each feature's mean and standard deviation. A support vector machine's C and a radial
/// kernel's γ then mean the same for any number of features: the squared distance of two rows is 2 on average.
public struct FeatureScale: Sendable {
    /// μ, `[D]`.
    public let mean: Tensor<Float>
    /// `1 / ((σ + ε) √D)`, `[D]`; 0 for a feature that never changes.
    public let factor: Tensor<Float>

    /// The scale of the rows of `features`, `[N, D]`.
    ///
    /// - Parameter floor: ε, added to each standard deviation, so that nearly constant features are not amplified.
    /// - Traps: when there are no rows.
    public init(_ features: Tensor<Float>, floor: Float = 1e-3) {
        check(features.rank == 2 && features.shape[0] > 0, "FeatureScale: expected rows [N, D], got \(features.shape)")
        // In blocks of rows, to avoid a copy of all rows.
        let count = features.shape[0]
        let blocks = stride(from: 0, to: count, by: 500).map { features[$0..<min($0 + 500, count)] }
        func meanOverRows(_ value: (Tensor<Float>) -> Tensor<Float>) -> Tensor<Float> {
            let sum = blocks.reduce(Tensor<Double>(zeros: [features.shape[1]])) {
                $0 + Tensor<Double>(value($1).sum(axes: [0]))
            }
            return Tensor<Float>(sum / Double(count))
        }
        let mean = meanOverRows { $0 }
        let deviation = meanOverRows { ($0 - mean).squared() }.squareRoot()
        let changes = Tensor(deviation.scalars.map { $0 > 0 ? Float(1) : 0 })
        self.mean = mean
        factor = changes / ((deviation + floor) * Float(features.shape[1]).squareRoot())
    }

    /// The scaled rows, `[N, D]`.
    ///
    /// - Traps: when the rows have another length.
    public func callAsFunction(_ features: Tensor<Float>) -> Tensor<Float> { (features - mean) * factor }

    /// Scales rows in place; shared storage is copied first.
    ///
    /// - Traps: when the rows have another length.
    public func apply(to features: inout Tensor<Float>) {
        let width = mean.count
        check(
            features.rank == 2 && features.shape[1] == width,
            "FeatureScale: expected rows [N, \(width)], got \(features.shape)")
        let (means, factors, rows) = (mean.scalars, factor.scalars, features.shape[0])
        features.withUnsafeMutableElements { values in
            means.withUnsafeBufferPointer { means in
                factors.withUnsafeBufferPointer { factors in
                    nonisolated(unsafe) let (values, means, factors) = (values, means, factors)
                    Parallel.forEach((rows + 63) / 64) { piece in
                        for row in (piece * 64)..<min(rows, piece * 64 + 64) {
                            let line = values.baseAddress! + row * width
                            for column in 0..<width { line[column] = (line[column] - means[column]) * factors[column] }
                        }
                    }
                }
            }
        }
    }
}
