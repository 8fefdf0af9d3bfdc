/// How an image of any size becomes the input of a network: fitted to one size, then normalized.
///
/// ```swift
/// let scores = model(model.preprocessing(batch.images), .inference)
/// let guess = model(model.preprocessing(image: try Image(contentsOf: "cat.jpg")), .inference)  // GradusVision
/// ```
public struct ImagePreprocessing: Codable, Hashable, Sendable {
    /// Which part of an image is resized to the input's size.
    public enum Fit: Codable, Hashable, Sendable {
        /// The largest centered part with the input's proportions; of the centered square of `square` pixels, if given, as
        /// 108 for the aligned faces of CelebA.
        case crop(square: Int? = nil)
        /// The shorter side is resized to `shorterSide` pixels, and the center is cropped to the input's size: the usual
        /// evaluation on ImageNet, with 256 and 224 × 224.
        case resizeThenCrop(shorterSide: Int)
        /// The object alone: made gray and bright on black, resized so that its longer side is `longerSide` pixels, and
        /// centered on black, as in MNIST.
        case object(longerSide: Int)
    }

    /// How samples from 0 to 1 are normalized.
    public enum Normalization: Codable, Hashable, Sendable {
        /// `y = x`
        case identity
        /// `y[i, j, c] = (x[i, j, c] − mean[c]) / deviation[c]`. Images of another number of channels use the averages over
        /// the channels.
        case perChannel(mean: [Float], deviation: [Float])
        /// `y = (x − m) / max(σ, 1 / (255 √n))`, with m and σ over the n samples of each image: TensorFlow's
        /// `per_image_standardization`.
        case perImage
        /// `y = (x − mean) · scale`, with a mean for each sample of an image: Caffe's networks, with a scale of 255.
        case meanImage([Float], scale: Float)

        /// The statistics of ImageNet, with which most published networks were trained.
        public static let imageNet = perChannel(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    }

    /// H, in pixels.
    public var height: Int
    /// W, in pixels.
    public var width: Int
    /// C; images are gray with 1 and color with 3.
    public var channels: Int
    /// Which part of an image is resized.
    public var fit: Fit
    /// The interpolation of the resizing.
    public var filter: ResizingFilter
    /// How samples from 0 to 1 are normalized.
    public var normalization: Normalization

    /// A preprocessing for inputs `[height, width, channels]`.
    ///
    /// - Traps: when the input, its fit and its normalization do not go together.
    public init(
        height: Int, width: Int, channels: Int = 3, fit: Fit = .crop(), filter: ResizingFilter = .bicubic,
        normalization: Normalization = .identity
    ) {
        (self.height, self.width, self.channels) = (height, width, channels)
        (self.fit, self.filter, self.normalization) = (fit, filter, normalization)
        check(problem == nil, "ImagePreprocessing: \(problem ?? "")")
    }

    /// Decodes a preprocessing.
    ///
    /// - Throws: `DecodingError`, also when the input, its fit and its normalization do not go together.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        height = try values.decode(Int.self, forKey: .height)
        width = try values.decode(Int.self, forKey: .width)
        channels = try values.decode(Int.self, forKey: .channels)
        fit = try values.decode(Fit.self, forKey: .fit)
        filter = try values.decode(ResizingFilter.self, forKey: .filter)
        normalization = try values.decode(Normalization.self, forKey: .normalization)
        if let problem {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: problem))
        }
    }

    /// The input's shape, `[H, W, C]`.
    public var shape: [Int] { [height, width, channels] }

    /// The same preprocessing for inputs of another shape `[H, W, C]`.
    ///
    /// - Traps: as the initializer.
    public func resized(to shape: [Int]) -> ImagePreprocessing {
        check(shape.count == 3, "ImagePreprocessing: expected a shape [H, W, C], got \(shape)")
        var fit = fit
        if case .resizeThenCrop(let side) = fit {
            fit = .resizeThenCrop(shorterSide: max(shape[0], shape[1]) * side / max(height, width))
        }
        return ImagePreprocessing(
            height: shape[0], width: shape[1], channels: shape[2], fit: fit, filter: filter,
            normalization: normalization)
    }

    /// Normalized images; they keep their size, and have no gradient with respect to `images`.
    ///
    /// - Parameter images: fitted images `[N, H, W, C]` of samples from 0 to 1.
    /// - Traps: when a mean image has another number of samples.
    public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> { normalization(images) }

    /// The largest side of an input, which bounds the memory that a file can ask for.
    private static let longestSide = 1 << 14

    /// What is wrong with the values, or nil.
    private var problem: String? {
        let sides = 1...Self.longestSide
        guard sides.contains(height) && sides.contains(width) && channels > 0 else {
            return "an input of \(height) × \(width) × \(channels)"
        }
        let fits =
            switch fit {
            case .crop(let square): square.map { $0 > 0 } ?? true
            case .resizeThenCrop(let side): (max(height, width)...max(Self.longestSide, height, width)).contains(side)
            case .object(let side): (1...min(height, width)).contains(side)
            }
        guard fits else { return "\(fit) for an input of \(height) × \(width)" }
        return normalization.problem(height * width * channels)
    }
}

/// How resizing weighs the source pixels under a target pixel.
public enum ResizingFilter: String, Codable, Sendable, CaseIterable {
    /// The one source pixel under the target pixel's center: for label maps and for enlarging pixels visibly.
    case nearest
    /// A triangle, 2 source pixels wide when enlarging and widened by the ratio when shrinking.
    case bilinear
    /// The cubic of Keys (1981) with `a = −0.5` (Catmull–Rom), 4 source pixels wide and widened likewise.
    case bicubic
}

extension ImagePreprocessing.Normalization {
    /// Normalized images; they keep their size, and have no gradient with respect to `images`.
    ///
    /// - Parameter images: images `[N, H, W, C]` of samples from 0 to 1.
    /// - Traps: when a mean image has another number of samples.
    public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
        check(images.rank == 4, "normalization: expected images [N, H, W, C], got \(images.shape)")
        if self == .identity { return images }
        var normalized = images.detached()
        let (size, channels) = (images.shape.dropFirst().reduce(1, *), images.shape[3])
        normalized.withUnsafeMutableElements { samples in
            nonisolated(unsafe) let samples = samples
            Parallel.forEach(images.shape[0]) { image in
                normalize(
                    UnsafeMutableBufferPointer(rebasing: samples[(image * size)..<((image + 1) * size)]),
                    channels: channels)
            }
        }
        return normalized
    }

    /// Normalizes the samples of one image in place, `[H, W, C]`.
    package func normalize(_ samples: UnsafeMutableBufferPointer<Float>, channels: Int) {
        switch self {
        case .identity: break
        case .perChannel(let mean, let deviation):
            let mean = Self.matching(mean, channels)
            let factors = Self.matching(deviation, channels).map { 1 / $0 }
            for pixel in stride(from: 0, to: samples.count, by: channels) {
                for channel in 0..<channels {
                    samples[pixel + channel] = (samples[pixel + channel] - mean[channel]) * factors[channel]
                }
            }
        case .perImage:
            let count = Double(samples.count)
            let mean = samples.reduce(0.0) { $0 + Double($1) } / count
            let squares = samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let factor = 1 / max((squares / count).squareRoot(), 1 / (255 * count.squareRoot()))
            for index in samples.indices { samples[index] = Float((Double(samples[index]) - mean) * factor) }
        case .meanImage(let mean, let scale):
            check(
                mean.count == samples.count,
                "normalization: a mean of \(mean.count) samples for an image of \(samples.count)")
            for index in samples.indices { samples[index] = (samples[index] - mean[index]) * scale }
        }
    }

    /// A statistic for each channel; for another number of channels, its average.
    private static func matching(_ statistic: [Float], _ channels: Int) -> [Float] {
        if statistic.count == channels { return statistic }
        return [Float](repeating: statistic.reduce(0, +) / Float(statistic.count), count: channels)
    }

    /// What is wrong with the values for images of `samples` samples, or nil.
    fileprivate func problem(_ samples: Int) -> String? {
        switch self {
        case .identity, .perImage: nil
        case .perChannel(let mean, let deviation):
            !mean.isEmpty && deviation.count == mean.count
                && (mean + deviation).allSatisfy(\.isFinite) && deviation.allSatisfy { $0 > 0 }
                ? nil : "means \(mean) and deviations \(deviation)"
        case .meanImage(let mean, let scale):
            mean.count == samples && (mean + [scale]).allSatisfy(\.isFinite)
                ? nil : "a mean image of \(mean.count) samples for an input of \(samples)"
        }
    }
}
