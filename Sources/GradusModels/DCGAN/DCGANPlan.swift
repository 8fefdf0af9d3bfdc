import Gradus

/// How the two networks of a DCGAN get from one image size to the next: sides are halved while both are even and
/// stay at 4 pixels or more.
struct DCGANPlan {
    /// The smallest image on the way: 4 × 4 for 64 × 64, 7 × 7 for 28 × 28.
    let base: Extent2D
    /// How often it is doubled.
    let doublings: Int

    /// The way to images of the given size.
    init(_ size: Extent2D) {
        check(
            size.height >= 8 && size.width >= 8 && size.height % 4 == 0 && size.width % 4 == 0,
            "DCGAN: expected sides divisible by 4, from 8 on, got \(size.height) × \(size.width)")
        var (height, width, count) = (size.height, size.width, 0)
        while height % 2 == 0 && width % 2 == 0 && min(height, width) >= 8 {
            (height, width, count) = (height / 2, width / 2, count + 1)
        }
        (base, doublings) = (Extent2D(height, width), count)
    }
}

/// Classes as one-hot vectors `[N, K]`; `nil` for a network without classes.
///
/// - Traps: when labels are missing, superfluous, or not one for each of `rows`.
func oneHotLabels(_ labels: Tensor<Int32>?, _ classes: Int, rows: Int, _ name: String) -> Tensor<Float>? {
    guard classes > 0 else {
        check(labels == nil, "\(name): a network without classes takes no labels")
        return nil
    }
    check(
        labels?.shape == [rows],
        "\(name): a network of \(classes) classes expects labels [\(rows)], got \(labels?.shape.description ?? "none")")
    return labels!.oneHot(classes, as: Float.self)
}

extension Tensor where Scalar == Float {
    /// Feature maps `[N, H, W, C]` with one more channel a class, which is 1 everywhere for the image's own and 0 for
    /// the others: `[N, H, W, C + K]`.
    func joined(withClasses oneHot: Tensor<Float>?) -> Tensor<Float> {
        guard let oneHot else { return self }
        let (n, k) = (shape[0], oneHot.shape[1])
        let maps = oneHot.reshaped(to: [n, 1, 1, k]).broadcast(to: [n, shape[1], shape[2], k])
        return .concatenated([self, maps], axis: 3)
    }
}
