import Gradus

/// The generator of a deep convolutional GAN (Radford, Metz & Chintala 2015): from noise to an image by transposed
/// convolutions, with batch normalization everywhere but at the output.
///
/// Input `[N, Z]`, output `[N, H, W, C]` from −1 to 1. A 64 × 64 image grows from 4 × 4 pixels, one of 28 × 28 from 7 × 7.
/// With classes, each layer sees beside its input one channel a class (Mirza & Osindero 2014).
public struct DCGANGenerator: Layer {
    /// From noise to the smallest image, then one doubling after another.
    public let convolutions: [ConvTranspose2D]
    /// After each but the last.
    public let norms: [BatchNorm]
    /// The length Z of the input.
    public let noise: Int
    /// The number K of classes, 0 without.
    public let classes: Int
    /// Height, width and channels of an image.
    public let imageShape: [Int]

    /// A generator of images of the given size.
    ///
    /// - Parameters:
    ///   - noise: the length Z of the input.
    ///   - size: height and width, divisible by 4 and from 8 on; 64 means 64 × 64.
    ///   - channels: 1 for gray, 3 for color.
    ///   - width: the channels before the last layer; each layer before it has twice as many.
    ///   - classes: of how many classes an image's can be chosen; 0 for a generator without.
    /// - Traps: when a size is not possible.
    public init(noise: Int = 100, size: Extent2D = 64, channels: Int = 3, width: Int = 64, classes: Int = 0) {
        check(
            noise > 0 && channels > 0 && width > 0 && classes >= 0,
            "DCGANGenerator: sizes must be positive, got noise \(noise), channels \(channels), width \(width), classes "
                + "\(classes)")
        let plan = DCGANPlan(size)
        let weights = Initializer.normal(deviation: 0.02)
        let inner = (0..<plan.doublings).map { width << (plan.doublings - 1 - $0) }
        var made = [
            ConvTranspose2D(noise + classes, inner[0], kernel: plan.base, initializer: weights, useBias: false)
        ]
        for (index, inputs) in inner.enumerated() {
            let isLast = index == plan.doublings - 1
            made.append(
                ConvTranspose2D(
                    inputs + classes, isLast ? channels : inner[index + 1], kernel: 4, stride: 2,
                    padding: .symmetric(1), activation: isLast ? .tanh : .identity, initializer: weights,
                    useBias: false))
        }
        convolutions = made
        norms = inner.map { BatchNorm($0, activation: .relu, initializer: .normal(mean: 1, deviation: 0.02)) }
        (self.noise, self.classes, imageShape) = (noise, classes, [size.height, size.width, channels])
    }

    /// Images from noise.
    public func callAsFunction(_ noise: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        self(noise, labels: nil, pass)
    }

    /// Images of the given classes.
    ///
    /// - Parameters:
    ///   - noise: `[N, Z]`.
    ///   - labels: `[N]`, each in `0..<K`; `nil` for a generator without classes.
    /// - Traps: when the shapes disagree, or labels are missing or superfluous.
    public func callAsFunction(_ noise: Tensor<Float>, labels: Tensor<Int32>?, _ pass: Pass) -> Tensor<Float> {
        check(
            noise.rank == 2 && noise.shape[1] == self.noise,
            "DCGANGenerator: expected noise [N, \(self.noise)], got \(noise.shape)")
        let oneHot = oneHotLabels(labels, classes, rows: noise.shape[0], "DCGANGenerator")
        let seed = noise.reshaped(to: [noise.shape[0], 1, 1, noise.shape[1]])
        let inner = zip(convolutions, norms).reduce(seed) { value, layer in
            layer.1(layer.0(value.joined(withClasses: oneHot), pass), pass)
        }
        return convolutions[convolutions.count - 1](inner.joined(withClasses: oneHot), pass)
    }
}
