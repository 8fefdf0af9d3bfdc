import Gradus

/// The generator of a deep convolutional GAN (Radford, Metz & Chintala 2015): from noise to a picture by transposed
/// convolutions, with batch normalisation everywhere but at the output.
///
/// Input `[N, Z]`, output `[N, S, S, C]` from −1 to 1. The size doubles from 4 × 4 on.
public struct DCGANGenerator: Layer {
    /// From noise to 4 × 4 pixels, then one doubling after another.
    public let convolutions: [ConvTranspose2D]
    /// After each but the last.
    public let norms: [BatchNorm]

    /// A generator of pictures of side `size`, a power of two from 8 on.
    ///
    /// - Parameters:
    ///   - noise: the length Z of the input.
    ///   - width: the channels before the last layer; each layer before it has twice as many.
    public init(
        noise: Int = 100, size: Int = 64, channels: Int = 3, width: Int = 64, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        let doublings = doublings(size, file, line)
        let weights = Initializer.normal(deviation: 0.02)
        let inner = (0..<doublings).map { width << (doublings - 1 - $0) }
        var made = [
            ConvTranspose2D(noise, inner[0], kernel: 4, initializer: weights, useBias: false)
        ]
        for (index, inputs) in inner.enumerated() {
            let isLast = index == doublings - 1
            made.append(
                ConvTranspose2D(
                    inputs, isLast ? channels : inner[index + 1], kernel: 4, stride: 2, padding: .symmetric(1),
                    activation: isLast ? .tanh : .identity, initializer: weights, useBias: false))
        }
        convolutions = made
        norms = inner.map { BatchNorm($0, activation: .relu, scale: .normal(mean: 1, deviation: 0.02)) }
    }

    public func callAsFunction(_ noise: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let seed = noise.reshaped(to: [noise.shape[0], 1, 1, noise.shape[1]])
        let inner = zip(convolutions, norms).reduce(seed) { value, layer in
            layer.1(layer.0(value, pass), pass)
        }
        return convolutions[convolutions.count - 1](inner, pass)
    }
}

/// The discriminator of a deep convolutional GAN: strided convolutions with leaky ReLU, and batch normalisation
/// everywhere but at the input and the output.
///
/// Input `[N, S, S, C]`, output one logit a picture, `[N]`.
public struct DCGANDiscriminator: Layer {
    /// Each halves the picture, until 4 × 4 pixels become one score.
    public let convolutions: [Conv2D]
    /// After each but the first and the last.
    public let norms: [BatchNorm]

    /// A discriminator of pictures of side `size`, a power of two from 8 on.
    ///
    /// - Parameter width: the channels of the first layer; each further one has twice as many.
    public init(
        size: Int = 64, channels: Int = 3, width: Int = 64, file: StaticString = #fileID, line: UInt = #line
    ) {
        let doublings = doublings(size, file, line)
        let weights = Initializer.normal(deviation: 0.02)
        let inner = (0..<doublings).map { width << $0 }
        let leaky = Activation.leakyRelu(slope: 0.2)
        convolutions =
            zip([channels] + inner, inner).enumerated().map { index, sizes in
                Conv2D(
                    sizes.0, sizes.1, kernel: 4, stride: 2, padding: .symmetric(1),
                    activation: index == 0 ? leaky : .identity, initializer: weights, useBias: false)
            } + [Conv2D(inner[doublings - 1], 1, kernel: 4, initializer: weights, useBias: false)]
        norms = inner.dropFirst().map { BatchNorm($0, activation: leaky, scale: .normal(mean: 1, deviation: 0.02)) }
    }

    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = convolutions[0](images, pass)
        let inner = zip(convolutions.dropFirst(), norms).reduce(first) { value, layer in
            layer.1(layer.0(value, pass), pass)
        }
        return convolutions[convolutions.count - 1](inner, pass).reshaped(to: [images.shape[0]])
    }
}

/// How often 4 doubles to `size`.
private func doublings(_ size: Int, _ file: StaticString, _ line: UInt) -> Int {
    check(size >= 8 && size & (size - 1) == 0, "DCGAN: expected a side of 8, 16, 32, …, got \(size)", file, line)
    return size.trailingZeroBitCount - 2
}
