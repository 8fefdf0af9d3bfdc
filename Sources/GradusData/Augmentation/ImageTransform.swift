import Gradus

/// A change of one image before a network sees it.
///
/// What is random is drawn from the image's own stream of numbers, which follows from the seed, the epoch and the image's number
/// in its set. So an image is changed alike in whatever batch and on whatever thread it comes.
public protocol ImageTransform: Sendable {
    /// Changes the image.
    func apply(to image: inout ImagePixels, using random: inout RandomWords)

    /// What takes its place when the network is evaluated or used; nil when the image then stays as it is.
    var forEvaluation: (any ImageTransform)? { get }

    /// The shape of a changed image, from one of shape `[H, W, C]`.
    func outputShape(_ shape: [Int]) -> [Int]
}

extension ImageTransform {
    /// The shape of the result, `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { shape }
}
