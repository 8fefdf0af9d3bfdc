/// Layer normalization along the last axis; see ``layerNormalization(_:weight:bias:epsilon:)``.
///
/// Input and output `[…, D]`; the parameters are `[D]`.
public struct LayerNorm: Layer {
    /// The weight of each feature.
    public let weight: Parameter
    /// The bias of each feature.
    public let bias: Parameter
    /// Added to the variance before the root.
    public let epsilon: Double

    /// A layer for the given number of features.
    public init(_ features: Int, epsilon: Double = 1e-5) {
        weight = Parameter(Tensor(ones: [features]))
        bias = Parameter(Tensor(zeros: [features]))
        self.epsilon = epsilon
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(
                input.rank > 0 && input.shape[input.rank - 1] == weight.shape[0],
                "\(pass.describe("LayerNorm", weight)) expects […, \(weight.shape[0])], got \(input.shape)")
            return layerNormalization(input, weight: weight.value, bias: bias.value, epsilon: epsilon)
        }
    }

    /// The sum of a residual connection, `input + added`, and that sum normalized, in one pass.
    public func callAsFunction(
        _ input: Tensor<Float>, adding added: Tensor<Float>, _ pass: Pass
    ) -> (sum: Tensor<Float>, normalized: Tensor<Float>) {
        var sum = input
        let normalized = pass.run(self, on: input) {
            check(
                input.rank > 0 && input.shape[input.rank - 1] == weight.shape[0] && added.shape == input.shape,
                "\(pass.describe("LayerNorm", weight)) expects twice […, \(weight.shape[0])], got \(input.shape) and "
                    + "\(added.shape)")
            let both = layerNormalization(
                input, adding: added, weight: weight.value, bias: bias.value, epsilon: epsilon)
            sum = both.sum
            return both.normalized
        }
        return (sum, normalized)
    }
}

/// Group normalization of images; see ``groupNormalization(_:groups:weight:bias:epsilon:)``.
///
/// Input and output `[N, …, C]`; the parameters are `[C]`.
public struct GroupNorm: Layer {
    /// The number of groups of channels.
    public let groups: Int
    /// The weight of each channel.
    public let weight: Parameter
    /// The bias of each channel.
    public let bias: Parameter
    /// Added to the variance before the root.
    public let epsilon: Double

    /// A layer for `channels` channels in `groups` groups.
    ///
    /// - Traps: when the channels do not divide evenly.
    public init(_ channels: Int, groups: Int, epsilon: Double = 1e-5) {
        check(groups > 0 && channels % groups == 0, "GroupNorm: \(channels) channels do not fall into \(groups) groups")
        self.groups = groups
        weight = Parameter(Tensor(ones: [channels]))
        bias = Parameter(Tensor(zeros: [channels]))
        self.epsilon = epsilon
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(
                input.rank > 1 && input.shape[input.rank - 1] == weight.shape[0],
                "\(pass.describe("GroupNorm", weight)) expects [N, …, \(weight.shape[0])], got \(input.shape)")
            return groupNormalization(input, groups: groups, weight: weight.value, bias: bias.value, epsilon: epsilon)
        }
    }
}

extension LayerNorm: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [(weight, "weight", .same), (bias, "bias", .same)]
    }
}

extension GroupNorm: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [(weight, "weight", .same), (bias, "bias", .same)]
    }
}
