/// Local response normalization: each channel divided by the activity of its neighbors,
/// `y_c = x_c / (k + α/n Σ x²_j)^β` over the `size` channels j nearest to c (Krizhevsky et al. 2012).
///
/// With `sumsSquares`, α is not divided by n, as in TensorFlow; PyTorch divides.
///
/// - Parameter x: `[…, C]`.
/// - Traps: when `size` is not positive.
public func localResponseNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1,
    sumsSquares: Bool = false
) -> Tensor<Scalar> {
    check(x.rank > 0 && size > 0, "localResponseNormalization: a window of \(size) channels")
    let channels = x.shape[x.rank - 1]
    // The sum over a window of channels is a product with a band of ones.
    var band = Tensor<Scalar>(zeros: [channels, channels])
    band.withUnsafeMutableElements { ones in
        for c in 0..<channels {
            for j in max(0, c - size / 2)..<min(channels, c - size / 2 + size) { ones[j * channels + c] = 1 }
        }
    }
    let factor = Scalar(sumsSquares ? alpha : alpha / Double(size))
    return x / (matmul(x.squared(), band) * factor + Scalar(k)).raised(to: beta)
}

/// Local response normalization within each channel: every element divided by the activity of its neighborhood,
/// `y = x / (k + α/n² Σ x²)^β` over the `size` × `size` pixels around it (Caffe's WITHIN_CHANNEL).
///
/// Pixels outside the image count as zeros.
///
/// - Parameter x: images, `[N, H, W, C]`.
/// - Traps: when this is not `[N, H, W, C]` or `size` is not odd.
public func localResponseNormalization<Scalar: DifferentiableScalar>(
    withinChannelsOf x: Tensor<Scalar>, size: Int, alpha: Double = 1, beta: Double = 0.75, k: Double = 1
) -> Tensor<Scalar> {
    check(
        x.rank == 4 && size > 0 && size % 2 == 1,
        "localResponseNormalization: expected [N, H, W, C] and an odd window, got \(x.shape) and \(size)")
    let strength = averagePool(
        x.squared(), kernel: Extent2D(size), stride: 1, padding: .symmetric(size / 2), countPadding: true)
    return x / (strength * Scalar(alpha) + Scalar(k)).raised(to: beta)
}

extension Tensor where Scalar: DifferentiableScalar {
    /// A power by square roots where possible: those are vector instructions, a general power is not.
    fileprivate func raised(to exponent: Double) -> Tensor {
        switch exponent {
        case 1: return self
        case 0.5: return squareRoot()
        case 0.75:
            let root = squareRoot()
            return root * root.squareRoot()
        default: return power(exponent)
        }
    }
}
