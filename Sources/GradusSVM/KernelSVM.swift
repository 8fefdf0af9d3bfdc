import Gradus

/// A kernel support vector machine, one class against another for each pair of classes, by libsvm (Chang & Lin 2011).
///
/// It is linear in a space of more dimensions with the inner product `K(x, z)`, so its boundary in feature space is curved.
/// libsvm gets the kernel as a table made by matrix products, which is many times faster than its own kernels.
public struct KernelSVM: Sendable {
    /// The inner product of two rows.
    public enum Kernel: Hashable, Sendable {
        /// `x·z`
        case linear
        /// `exp(−γ |x − z|²)`, γ > 0: near 1 for neighbors, near 0 for others.
        case radial(gamma: Double)
    }

    /// The inner product of two rows.
    let kernel: Kernel
    /// The rows on or beyond the margin of a pair, `[S, D]`.
    public let supportVectors: Tensor<Float>
    /// Coefficients of those rows and offsets.
    public let machine: DualSVM

    /// Learns from the rows of `features`, `[N, D]`, and their classes, `[N]`.
    ///
    /// - Parameters:
    ///   - cost: C; a larger one penalizes mistakes more.
    ///   - tolerance, memoryLimit: see ``DualSVM``; a pair of classes with n rows takes `16 n²` bytes.
    /// - Throws: ``SVMError`` when features are not finite, there are fewer than two classes, or memory does not suffice.
    /// - Traps: when the shapes disagree, or `cost` or γ is not positive.
    public init(
        _ features: Tensor<Float>, _ labels: Tensor<Int32>, kernel: Kernel, cost: Double = 1, tolerance: Double = 1e-3,
        memoryLimit: Int = 4 << 30
    ) throws(SVMError) {
        check(
            features.rank == 2 && labels.shape == [features.shape[0]],
            "KernelSVM: expected features [N, D] and labels [N], got \(features.shape) and \(labels.shape)")
        if case .radial(let gamma) = kernel {
            check(gamma > 0, "KernelSVM: expected a positive γ, got \(gamma)")
        }
        try requireFinite(features)
        let all = try DualSVM(labels, cost: cost, tolerance: tolerance, memoryLimit: memoryLimit) { examples in
            let rows = features.gathering(Tensor(examples.map { Int32($0) }))
            return kernel(rows, rows)
        }
        let kept = all.supportVectors
        self.kernel = kernel
        supportVectors = features.gathering(Tensor(kept.map { Int32($0) }))
        machine = all.keeping(kept)
    }

    /// The decisions of each pair for the rows of `features`, `[N, D]`: `[N, K (K − 1) / 2]`, positive for its first class.
    ///
    /// - Traps: when the rows have another length.
    public func decisions(_ features: Tensor<Float>) -> Tensor<Float> {
        check(
            features.rank == 2 && features.shape[1] == supportVectors.shape[1],
            "KernelSVM: expected features [N, \(supportVectors.shape[1])], got \(features.shape)")
        let blocks = stride(from: 0, to: features.shape[0], by: 1000).map { start in
            let rows = features[start..<min(start + 1000, features.shape[0])]
            return machine.decisions(kernel: kernel(rows, supportVectors))
        }
        return blocks.isEmpty ? Tensor(zeros: [0, machine.offsets.count]) : Tensor.concatenated(blocks)
    }

    /// The class of each row of `features`, `[N]`.
    public func callAsFunction(_ features: Tensor<Float>) -> Tensor<Int32> {
        machine.classes(deciding: decisions(features))
    }
}

extension KernelSVM.Kernel {
    /// The kernel between the rows of `a`, `[N, D]`, and of `b`, `[M, D]`: `[N, M]`.
    public func callAsFunction(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .linear: matmul(a, b, transposeB: true)
        case .radial(let gamma): (squaredDistances(a, b) * Float(-gamma)).exp()
        }
    }
}
