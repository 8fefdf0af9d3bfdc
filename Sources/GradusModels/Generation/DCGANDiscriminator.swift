import Gradus

/// The discriminator of a deep convolutional GAN: strided convolutions with leaky ReLU, and batch normalization
/// everywhere but at the input and the output.
///
/// Input `[N, H, W, C]`, output one logit per image, `[N]`. With classes, each layer's input has one more channel per class.
public struct DCGANDiscriminator: Layer {
    /// How a discriminator is normalized.
    public enum Normalization: String, CaseIterable, Codable, Sendable {
        /// Batch normalization, as in the DCGAN paper.
        case batch
        /// Spectral normalization of every weight, for hinge and Wasserstein losses; layers then have a bias.
        case spectral
        /// No normalization; layers then have a bias.
        case none
    }

    /// Each halves the image; the last gives one score.
    public let convolutions: [Conv2D]
    /// With batch normalization: after each but the first and the last.
    public let norms: [BatchNorm]
    /// With spectral normalization: one per convolution.
    public let spectralNorms: [SpectralNorm]
    /// The sizes of the network.
    public let configuration: Configuration

    /// The sizes of a discriminator.
    public struct Configuration: Codable, Equatable, Sendable {
        /// Height, width and channels of an image.
        public var imageShape: [Int]
        /// The channels of the first layer; each further one has twice as many.
        public var width: Int
        /// The number K of classes; 0 for none.
        public var classes: Int
        /// What keeps it in bounds.
        public var normalization: Normalization
    }

    /// The number K of classes; 0 for none.
    public var classes: Int { configuration.classes }

    /// A discriminator of images of the given size.
    ///
    /// - Parameters:
    ///   - size: height and width, at least 8 and divisible by 4; 64 means 64 × 64.
    ///   - channels: 1 for gray, 3 for color.
    ///   - width: the channels of the first layer; they double with each later layer.
    ///   - classes: the number of classes of a conditional discriminator; 0 for none.
    /// - Traps: when a size is invalid.
    public init(
        size: Extent2D = 64, channels: Int = 3, width: Int = 64, classes: Int = 0,
        normalization: Normalization = .batch
    ) {
        check(
            channels > 0 && width > 0 && classes >= 0,
            "DCGANDiscriminator: sizes must be positive, got channels \(channels), width \(width), classes \(classes)")
        let plan = DCGANPlan(size)
        let weights = Initializer.normal(deviation: 0.02)
        let inner = (0..<plan.doublings).map { width << $0 }
        let leaky = Activation.leakyRelu(slope: 0.2)
        let isBatch = normalization == .batch
        convolutions =
            zip([channels] + inner, inner).enumerated().map { index, sizes in
                Conv2D(
                    sizes.0 + classes, sizes.1, kernel: 4, stride: 2, padding: .symmetric(1),
                    activation: index == 0 || !isBatch ? leaky : .identity, initializer: weights, useBias: !isBatch)
            } + [
                Conv2D(
                    inner[plan.doublings - 1] + classes, 1, kernel: plan.base, initializer: weights, useBias: !isBatch)
            ]
        norms =
            isBatch
            ? inner.dropFirst().map { BatchNorm($0, activation: leaky, initializer: .normal(mean: 1, deviation: 0.02)) }
            : []
        spectralNorms = normalization == .spectral ? convolutions.map { SpectralNorm(of: $0.weight.value) } : []
        configuration = Configuration(
            imageShape: [size.height, size.width, channels], width: width, classes: classes,
            normalization: normalization)
    }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        self(images, labels: nil, pass)
    }

    /// Scores of images, conditioned on the given classes.
    ///
    /// - Parameters:
    ///   - images: `[N, H, W, C]`.
    ///   - labels: `[N]`, each in `0..<K`; `nil` for a discriminator without classes.
    /// - Traps: when the shapes disagree, or labels are missing or superfluous.
    public func callAsFunction(_ images: Tensor<Float>, labels: Tensor<Int32>?, _ pass: Pass) -> Tensor<Float> {
        let inner = features(images, labels: labels, pass)
        let oneHot = oneHotLabels(labels, classes, rows: images.shape[0], "DCGANDiscriminator")
        return layer(convolutions.count - 1, inner[inner.count - 1].joined(withClasses: oneHot), pass)
            .reshaped(to: [images.shape[0]])
    }

    /// The output of each hidden layer, `[N, H/2, W/2, width]` first.
    ///
    /// These features are good enough to classify images by (Radford et al. 2015, section 5.1).
    public func features(_ images: Tensor<Float>, labels: Tensor<Int32>?, _ pass: Pass) -> [Tensor<Float>] {
        let oneHot = oneHotLabels(labels, classes, rows: images.shape[0], "DCGANDiscriminator")
        var values: [Tensor<Float>] = []
        for index in 0..<(convolutions.count - 1) {
            values.append(layer(index, (values.last ?? images).joined(withClasses: oneHot), pass))
        }
        return values
    }

    /// The largest of each of 4 × 4 fields of all ``features(_:labels:_:)``, in one row an image, `[N, 16 · channels]`: what the
    /// paper classifies images by.
    public func pooledFeatures(_ images: Tensor<Float>) -> Tensor<Float> {
        let rows = features(images, labels: nil, .inference).map { layer in
            let (height, width) = (layer.shape[1], layer.shape[2])
            let stride = Extent2D(max(1, height / 4), max(1, width / 4))
            // What remains of a side that 4 does not divide makes the windows overlap.
            let window = Extent2D(max(1, height - 3 * stride.height), max(1, width - 3 * stride.width))
            let pooled = maxPool(layer, kernel: window, stride: stride)
            return pooled.reshaped(to: [layer.shape[0], pooled.count / layer.shape[0]])
        }
        return Tensor.concatenated(rows, axis: 1)
    }

    /// One convolution with the normalization of its weight or output.
    private func layer(_ index: Int, _ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let convolution = convolutions[index]
        guard spectralNorms.isEmpty else {
            return convolution(input, weight: spectralNorms[index](convolution.weight.value, pass), pass)
        }
        let output = convolution(input, pass)
        return norms.indices.contains(index - 1) ? norms[index - 1](output, pass) : output
    }
}

extension DCGANDiscriminator: ConfiguredModel {
    /// A network with new weights.
    public init(configuration: Configuration) throws {
        let c = configuration
        try InvalidConfiguration.check(
            DCGANPlan.isPossible(c.imageShape, width: c.width, classes: c.classes),
            "DCGANDiscriminator: no network has the configuration \(c)")
        self.init(
            size: Extent2D(c.imageShape[0], c.imageShape[1]), channels: c.imageShape[2], width: c.width,
            classes: c.classes, normalization: c.normalization)
    }
}
