/// Layer normalization along the last axis; see ``layerNormalization(_:scale:shift:epsilon:file:line:)``.
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
    public init(
        _ features: Int, epsilon: Double = 1e-5, file: StaticString = #fileID, line: UInt = #line
    ) {
        scale = Parameter(Tensor(ones: [features]), file: file, line: line)
        shift = Parameter(Tensor(zeros: [features]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "LayerNorm", input) {
            checkLayer(
                input.rank > 0 && input.shape[input.rank - 1] == scale.shape[0],
                "\(pass.describe("LayerNorm", scale)) expects […, \(scale.shape[0])], got \(input.shape)",
                madeAt: scale.place)
            return layerNormalization(input, scale: scale.value, shift: shift.value, epsilon: epsilon)
        }
    }

    /// The sum of a residual connection, `input + added`, and that sum normalized, in one pass.
    public func callAsFunction(
        _ input: Tensor<Float>, adding added: Tensor<Float>, _ pass: Pass
    ) -> (sum: Tensor<Float>, normalized: Tensor<Float>) {
        var sum = input
        let normalized = pass.run(self, "LayerNorm", input) {
            checkLayer(
                input.rank > 0 && input.shape[input.rank - 1] == scale.shape[0] && added.shape == input.shape,
                "\(pass.describe("LayerNorm", scale)) expects twice […, \(scale.shape[0])], got \(input.shape) and "
                    + "\(added.shape)", madeAt: scale.place)
            let both = layerNormalization(
                input, adding: added, scale: scale.value, shift: shift.value, epsilon: epsilon)
            sum = both.sum
            return both.normalized
        }
        return (sum, normalized)
    }
}

/// Group normalization of images; see ``groupNormalization(_:groups:scale:shift:epsilon:file:line:)``.
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
        scale = Parameter(Tensor(ones: [channels]), file: file, line: line)
        shift = Parameter(Tensor(zeros: [channels]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "GroupNorm", input) {
            checkLayer(
                input.rank > 1 && input.shape[input.rank - 1] == scale.shape[0],
                "\(pass.describe("GroupNorm", scale)) expects [N, …, \(scale.shape[0])], got \(input.shape)",
                madeAt: scale.place)
            return groupNormalization(input, groups: groups, scale: scale.value, shift: shift.value, epsilon: epsilon)
        }
    }
}
