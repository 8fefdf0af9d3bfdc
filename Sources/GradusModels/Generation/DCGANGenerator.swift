import Foundation
import Gradus

/// The generator of a deep convolutional GAN (Radford, Metz & Chintala 2015): from noise to an image by transposed
/// convolutions, with batch normalization everywhere but at the output.
///
/// Input `[N, Z]`, output `[N, H, W, C]` from −1 to 1. A 64 × 64 image grows from 4 × 4 pixels, one of 28 × 28 from 7 × 7.
/// With classes, each layer's input has one more channel per class (Mirza & Osindero 2014).
public struct DCGANGenerator: Layer {
    /// From noise to the smallest image; each later one doubles it.
    public let convolutions: [ConvTranspose2D]
    /// After each but the last.
    public let norms: [BatchNorm]
    /// The sizes of the network.
    public let configuration: Configuration

    /// The sizes of a generator.
    public struct Configuration: Codable, Equatable, Sendable {
        /// The length Z of the input.
        public var noise: Int
        /// Height, width and channels of an image.
        public var imageShape: [Int]
        /// The channels before the last layer; each layer before it has twice as many.
        public var width: Int
        /// The number K of classes; 0 for none.
        public var classes: Int
    }

    /// The length Z of the input.
    public var noise: Int { configuration.noise }
    /// The number K of classes; 0 for none.
    public var classes: Int { configuration.classes }
    /// Height, width and channels of an image.
    public var imageShape: [Int] { configuration.imageShape }

    /// A generator of images of the given size.
    ///
    /// - Parameters:
    ///   - noise: the length Z of the input.
    ///   - size: height and width, at least 8 and divisible by 4; 64 means 64 × 64.
    ///   - channels: 1 for gray, 3 for color.
    ///   - width: the channels before the last layer; they double with each earlier layer.
    ///   - classes: the number of classes of a conditional generator; 0 for none.
    /// - Traps: when a size is invalid.
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
        configuration = Configuration(
            noise: noise, imageShape: [size.height, size.width, channels], width: width, classes: classes)
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

extension DCGANGenerator {
    /// Noise for `count` images, `[count, Z]`; the same seed gives the same.
    public func noise(_ count: Int, seed: UInt64) -> Tensor<Float> {
        Tensor(normal: [count, noise], using: RandomGenerator(seed: seed))
    }

    /// Classes for `count` images, one after another, `[count]`; nil without classes.
    public func labels(_ count: Int) -> Tensor<Int32>? {
        classes == 0 ? nil : Tensor((0..<count).map { Int32($0 % classes) })
    }

    /// Images from 0 to 1, `[N, H, W, C]`, of noise `[N, Z]`, made 100 at a time without training.
    public func images(_ noise: Tensor<Float>, labels: Tensor<Int32>?) -> Tensor<Float> {
        let count = noise.shape[0]
        let parts = stride(from: 0, to: count, by: 100).map { first in
            let range = first..<min(first + 100, count)
            return self(noise[range], labels: labels.map { $0[range] }, .inference)
        }
        return Tensor.concatenated(parts) * 0.5 + 0.5
    }
}

extension DCGANGenerator: ConfiguredModel {
    /// A network with new weights.
    public init(configuration: Configuration) throws {
        let c = configuration
        try InvalidConfiguration.check(
            DCGANPlan.isPossible(c.imageShape, width: c.width, classes: c.classes) && (1...1_000_000).contains(c.noise),
            "DCGANGenerator: no network has the configuration \(c)")
        self.init(
            noise: c.noise, size: Extent2D(c.imageShape[0], c.imageShape[1]), channels: c.imageShape[2],
            width: c.width, classes: c.classes)
    }
}

/// The image sizes of a DCGAN's layers: sides are halved while both are even and at least 8 pixels.
struct DCGANPlan {
    /// The smallest size: 4 × 4 for 64 × 64, 7 × 7 for 28 × 28.
    let base: Extent2D
    /// The number of doublings.
    let doublings: Int

    /// The sizes for images of the given size.
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

    /// Whether networks can have such sizes; a damaged file may say anything.
    static func isPossible(_ imageShape: [Int], width: Int, classes: Int) -> Bool {
        imageShape.count == 3 && imageShape.prefix(2).allSatisfy { (8...4096).contains($0) && $0 % 4 == 0 }
            && (1...1000).contains(imageShape[2]) && (1...4096).contains(width) && (0...100_000).contains(classes)
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
    /// Feature maps `[N, H, W, C]` with one more channel per class, which is 1 for the image's class and 0 for the others:
    /// `[N, H, W, C + K]`.
    func joined(withClasses oneHot: Tensor<Float>?) -> Tensor<Float> {
        guard let oneHot else { return self }
        let (n, k) = (shape[0], oneHot.shape[1])
        let maps = oneHot.reshaped(to: [n, 1, 1, k]).broadcast(to: [n, shape[1], shape[2], k])
        return .concatenated([self, maps], axis: 3)
    }
}

/// A point between two noise vectors on the sphere:
/// `sin((1 − t) Ω)/sin Ω · a + sin(t Ω)/sin Ω · b`, Ω the angle between them (Shoemake 1985).
///
/// High-dimensional normal noise is concentrated near a sphere; a straight line would pass through its interior, where the
/// generator was hardly trained. For nearly parallel or opposite vectors the interpolation is linear.
///
/// - Parameters:
///   - a: the point at t = 0, `[Z]`.
///   - b: the point at t = 1, `[Z]`.
///   - t: from 0 to 1.
/// - Traps: when the shapes differ.
public func sphericalInterpolation(_ a: Tensor<Float>, _ b: Tensor<Float>, _ t: Double) -> Tensor<Float> {
    check(a.shape == b.shape, "sphericalInterpolation: from shape \(a.shape) to \(b.shape)")
    func dot(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Double { Double((x * y).sum().item) }
    let cosine = dot(a, b) / max((dot(a, a) * dot(b, b)).squareRoot(), 1e-12)
    let angle = acos(max(-1, min(1, cosine)))
    guard sin(angle) > 1e-4 else { return a * Float(1 - t) + b * Float(t) }
    return a * Float(sin((1 - t) * angle) / sin(angle)) + b * Float(sin(t * angle) / sin(angle))
}
