/// Layer normalisation along the last axis; see ``layerNormalization(_:scale:shift:epsilon:file:line:)``.
///
/// Input and output `[…, D]`; the parameters are `[D]`.
public struct LayerNorm: Layer {
    /// The scale of each feature.
    public let scale: Parameter
    /// The shift of each feature.
    public let shift: Parameter
    /// What is added to the variance before the root.
    public let epsilon: Double

    /// A layer for the given number of features.
    public init(_ features: Int, epsilon: Double = 1e-5) {
        scale = Parameter(Tensor(ones: [features]))
        shift = Parameter(Tensor(zeros: [features]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "LayerNorm", input) {
            checkLayer(
                input.rank > 0 && input.shape[input.rank - 1] == scale.shape[0],
                "\(pass.describe("LayerNorm", scale)) expects […, \(scale.shape[0])], got \(input.shape)")
            return layerNormalization(input, scale: scale.value, shift: shift.value, epsilon: epsilon)
        }
    }
}

/// Group normalisation of images; see ``groupNormalization(_:groups:scale:shift:epsilon:file:line:)``.
///
/// Input and output `[N, …, C]`; the parameters are `[C]`.
public struct GroupNorm: Layer {
    /// The number of groups that the channels fall into.
    public let groups: Int
    /// The scale of each channel.
    public let scale: Parameter
    /// The shift of each channel.
    public let shift: Parameter
    /// What is added to the variance before the root.
    public let epsilon: Double

    /// A layer for `channels` channels in `groups` groups.
    ///
    /// - Traps: when the channels do not divide evenly.
    public init(
        _ channels: Int, groups: Int, epsilon: Double = 1e-5, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            groups > 0 && channels % groups == 0, "GroupNorm: \(channels) channels do not fall into \(groups) groups",
            file, line)
        self.groups = groups
        scale = Parameter(Tensor(ones: [channels]))
        shift = Parameter(Tensor(zeros: [channels]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "GroupNorm", input) {
            checkLayer(
                input.rank > 1 && input.shape[input.rank - 1] == scale.shape[0],
                "\(pass.describe("GroupNorm", scale)) expects [N, …, \(scale.shape[0])], got \(input.shape)")
            return groupNormalization(input, groups: groups, scale: scale.value, shift: shift.value, epsilon: epsilon)
        }
    }
}

/// Local response normalisation; see ``localResponseNormalization(_:size:alpha:beta:k:sumsSquares:file:line:)``.
///
/// Input and output `[…, C]`.
public struct LocalResponseNorm: Layer {
    /// The number of neighbouring channels that count.
    public let size: Int
    /// The factor of the sum of squares.
    public let alpha: Double
    /// The exponent.
    public let beta: Double
    /// What is added to the sum.
    public let k: Double
    /// Whether α multiplies the sum (TensorFlow) instead of the mean (PyTorch).
    public let sumsSquares: Bool

    /// A layer with the given constants.
    public init(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1, sumsSquares: Bool = false) {
        (self.size, self.alpha, self.beta, self.k, self.sumsSquares) = (size, alpha, beta, k, sumsSquares)
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "LocalResponseNorm", input) {
            localResponseNormalization(input, size: size, alpha: alpha, beta: beta, k: k, sumsSquares: sumsSquares)
        }
    }
}
