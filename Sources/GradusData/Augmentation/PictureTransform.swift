import Gradus

/// A change of one picture before a network sees it.
///
/// What is random is drawn from the picture's own stream of numbers, which follows from the seed, the epoch and the picture's number
/// in its set. So a picture is changed alike in whatever batch and on whatever thread it comes.
public protocol PictureTransform: Sendable {
    /// Changes the picture.
    func apply(to picture: inout PicturePixels, using random: inout RandomWords)

    /// What takes its place when the network is judged or used; nil when the picture then stays as it is.
    var forEvaluation: (any PictureTransform)? { get }

    /// The shape of a changed picture, from one of shape `[H, W, C]`.
    func outputShape(_ shape: [Int]) -> [Int]
}

extension PictureTransform {
    public func outputShape(_ shape: [Int]) -> [Int] { shape }
}
