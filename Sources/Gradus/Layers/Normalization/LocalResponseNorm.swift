/// Local response normalization; see ``localResponseNormalization(_:size:alpha:beta:k:sumsSquares:)`` and
/// ``localResponseNormalization(withinChannelsOf:size:alpha:beta:k:)``.
///
/// Input and output `[…, C]`; within channels `[N, H, W, C]`.
public struct LocalResponseNorm: Layer {
    /// The neighborhood whose squares normalize an element.
    public enum Region: Sendable {
        /// The same pixel in `size` neighboring channels.
        case acrossChannels
        /// `size` × `size` pixels of the same channel.
        case withinChannels
    }

    /// The width of the neighborhood, in channels or pixels.
    public let size: Int
    /// α, the factor of the mean square of the neighborhood, or of the sum of squares with ``sumsSquares``.
    public let alpha: Double
    /// β, the exponent of the divisor.
    public let beta: Double
    /// The constant that is added before the exponent applies.
    public let k: Double
    /// Whether α multiplies the sum of squares (TensorFlow) instead of their mean (PyTorch, Caffe).
    public let sumsSquares: Bool
    /// Where the neighbors are.
    public let region: Region

    /// A layer with the given constants.
    ///
    /// - Traps: when `sumsSquares` is asked for within channels.
    public init(
        size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1, sumsSquares: Bool = false,
        region: Region = .acrossChannels
    ) {
        check(!(sumsSquares && region == .withinChannels), "LocalResponseNorm: within channels α multiplies the mean")
        (self.size, self.alpha, self.beta, self.k) = (size, alpha, beta, k)
        (self.sumsSquares, self.region) = (sumsSquares, region)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            switch region {
            case .acrossChannels:
                localResponseNormalization(input, size: size, alpha: alpha, beta: beta, k: k, sumsSquares: sumsSquares)
            case .withinChannels:
                localResponseNormalization(withinChannelsOf: input, size: size, alpha: alpha, beta: beta, k: k)
            }
        }
    }
}
