import Gradus

/// The gradient of a class score with respect to the image, `∂ scores[n, classes[n]] / ∂ images`
/// (Simonyan, Vedaldi & Zisserman 2014).
///
/// The score is taken before the softmax, so that it does not depend on other classes. In an inference pass the rows of a batch
/// are independent, so each has its own gradient. No gradients of weights are computed.
///
/// - Parameters:
///   - model: from images `[N, …]` to scores `[N, K]`.
///   - images: `[N, …]`.
///   - classes: the class of each row, `[N]`, each in `0..<K`.
/// - Returns: the gradient, of the images' shape, in scores per unit of the input.
/// - Traps: when the shapes disagree or a class is outside `0..<K`.
public func saliency(of model: some Layer, at images: Tensor<Float>, classes: Tensor<Int32>) -> Tensor<Float> {
    valueWithGradient(at: images.detached()) { images in
        classScores(of: model, images, classes, "saliency").sum()
    }.gradient
}

/// The mean saliency of noisy copies of the images (SmoothGrad, Smilkov et al. 2017).
///
/// A gradient describes an infinitesimal step, in which a network of ReLUs varies strongly. The mean over a neighborhood keeps
/// what its points have in common.
///
/// - Parameters:
///   - copies: the number of noisy copies.
///   - noise: the standard deviation of the noise, relative to the range of the images' values; the paper uses 0.1 to 0.2.
///   - random: draws the noise.
/// - Returns: the mean gradient, of the images' shape.
/// - Traps: as ``saliency(of:at:classes:)``, and when there are no copies.
public func smoothedSaliency(
    of model: some Layer, at images: Tensor<Float>, classes: Tensor<Int32>, copies: Int = 24, noise: Float = 0.15,
    using random: RandomGenerator = .current
) -> Tensor<Float> {
    check(copies > 0, "smoothedSaliency: expected at least one copy, got \(copies)")
    let images = images.detached()
    let deviation = noise * (images.max().item - images.min().item)
    var sum = Tensor<Float>(zeros: images.shape)
    for _ in 0..<copies {
        let noisy = images + Tensor<Float>(normal: images.shape, using: random) * deviation
        sum += saliency(of: model, at: noisy, classes: classes)
    }
    return sum / Float(copies)
}

/// The score of each row's class, `[N, 1]`.
func classScores(
    of model: some Layer, _ images: Tensor<Float>, _ classes: Tensor<Int32>, _ operation: String
) -> Tensor<Float> {
    let scores = model(images, .inference)
    check(
        scores.rank == 2 && classes.shape == [scores.shape[0]] && images.shape.first == scores.shape[0],
        "\(operation): expected scores [N, K] and classes [N], got \(scores.shape) and \(classes.shape)")
    check(
        classes.scalars.allSatisfy { $0 >= 0 && $0 < scores.shape[1] },
        "\(operation): there are \(scores.shape[1]) classes, asked for \(classes.scalars)")
    return scores.takeAlong(classes.reshaped(to: [classes.count, 1]), axis: 1)
}
