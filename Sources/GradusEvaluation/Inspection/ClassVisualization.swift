import Gradus

/// An image that a network gives a high score for a class, found by gradient ascent on the input
/// (Simonyan, Vedaldi & Zisserman 2014).
///
/// Plain ascent ends in noise. Four rules keep the result near images: the gradient is blurred, at first twice as much as in
/// the end, so that large shapes appear before small ones; the image is shifted by a few pixels before each step; values decay;
/// and it starts from small noise.
///
/// One step: `x ← (1 − decay) (x + rate · g / rms(g))` with `g` the blurred gradient of the class's score at the shifted x.
public struct ClassVisualization: Sendable {
    /// The number of steps.
    public var steps = 128
    /// The size of a step, in units of the input.
    public var rate: Float = 0.05
    /// The share by which every value decays at each step.
    public var decay: Float = 0.005
    /// The largest shift along each axis, in pixels.
    public var shift = 2
    /// How many times the first gradient is blurred by `[1 2 1] / 4` along both axes; the last gradient half as many times.
    public var blurs = 2
    /// The least and the greatest value of a pixel, one number or one a channel; `nil` sets no limits.
    public var limits: (low: [Float], high: [Float])?

    /// The usual settings.
    public init() {}

    /// The image after all steps.
    ///
    /// - Parameters:
    ///   - model: from images `[N, H, W, C]` to scores `[N, K]`.
    ///   - classIndex: the class whose score rises.
    ///   - shape: `[H, W, C]`.
    ///   - random: draws the first image and the shifts.
    /// - Returns: `[H, W, C]`.
    /// - Traps: when the shapes disagree or the class does not exist.
    public func callAsFunction(
        of model: some Layer, classIndex: Int, shape: [Int], using random: RandomGenerator = .current
    ) -> Tensor<Float> {
        check(shape.count == 3, "ClassVisualization: expected a shape [H, W, C], got \(shape)")
        let classes = Tensor([Int32(classIndex)])
        var words = RandomWords(random)
        var image = limited(Tensor<Float>(normal: [1] + shape, deviation: 0.1, using: random))
        for step in 0..<steps {
            let (down, right) = (
                Int.random(in: -shift...shift, using: &words), Int.random(in: -shift...shift, using: &words)
            )
            var gradient = saliency(of: model, at: shifted(image, down, right), classes: classes)
            gradient = shifted(gradient, -down, -right)
            for _ in 0..<(blurs - blurs / 2 * step / steps) { gradient = blurred(gradient) }
            let size = (gradient.sumOfSquares / Double(gradient.count)).squareRoot()
            image = limited((image + gradient * (rate / Float(max(size, 1e-20)))) * (1 - decay))
        }
        return image[0]
    }

    private func limited(_ image: Tensor<Float>) -> Tensor<Float> {
        guard let limits else { return image }
        return minimum(maximum(image, Tensor(limits.low)), Tensor(limits.high))
    }
}

/// The images shifted cyclically by whole pixels.
private func shifted(_ images: Tensor<Float>, _ down: Int, _ right: Int) -> Tensor<Float> {
    [(axis: 1, distance: down), (axis: 2, distance: right)].reduce(images) { images, move in
        let length = images.shape[move.axis]
        let cut = ((length - move.distance) % length + length) % length
        guard cut != 0 else { return images }
        return Tensor.concatenated(
            [images.slice(axis: move.axis, cut..<length), images.slice(axis: move.axis, 0..<cut)], axis: move.axis)
    }
}

/// The images `[N, H, W, C]` with each pixel mixed with its neighbors: weights `[1 2 1] / 4` along both axes, of which the
/// part outside the image is ignored.
private func blurred(_ images: Tensor<Float>) -> Tensor<Float> {
    let channels = images.shape[3]
    let line: [Float] = [0.25, 0.5, 0.25]
    let weights = line.flatMap { a in line.flatMap { b in [Float](repeating: a * b, count: channels) } }
    return convolution(images, Tensor(weights, shape: [3, 3, 1, channels]), padding: .symmetric(1), groups: channels)
}
