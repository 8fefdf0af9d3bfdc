/// Batch normalization of the last axis.
///
/// A training pass uses the batch's statistics and updates the running ones:
/// `running ← (1 − momentum) running + momentum · batch`, with the unbiased variance. An inference pass uses the running
/// ones (Ioffe & Szegedy 2015). A layer whose weight and bias are frozen uses them in every pass: the output of a frozen part
/// of a network then does not depend on the batch, and its statistics do not change.
///
/// A training pass needs at least two values per channel.
///
/// Input and output `[…, C]`; all parameters are `[C]`. Normalization, residual and activation are one pass over memory.
public struct BatchNorm: ActivatedLayer {
    /// The weight γ of each channel.
    public let weight: Parameter
    /// The bias β of each channel.
    public let bias: Parameter
    /// The running mean.
    public let runningMean: Parameter
    /// The running variance.
    public let runningVariance: Parameter
    /// The share of a new batch in the running statistics.
    public let momentum: Float
    /// Added to the variance before the root.
    public let epsilon: Double
    /// Applied to the result.
    public let activation: Activation

    /// A layer for the given number of channels.
    public init(
        _ channels: Int, activation: Activation = .identity, momentum: Float = 0.1, epsilon: Double = 1e-5,
        initializer: Initializer = .ones
    ) {
        check(channels > 0, "BatchNorm: the number of channels must be positive, got \(channels)")
        self.weight = Parameter(initializer([channels], fanIn: channels, fanOut: channels))
        bias = Parameter(Tensor(zeros: [channels]))
        runningMean = Parameter(Tensor(zeros: [channels]), kind: .statistic)
        runningVariance = Parameter(Tensor(ones: [channels]), kind: .statistic)
        self.momentum = momentum
        self.epsilon = epsilon
        self.activation = activation
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        self(input, adding: nil, pass)
    }

    /// The normalized input with `residual` added before the activation, as at the end of a residual block.
    public func callAsFunction(_ input: Tensor<Float>, adding residual: Tensor<Float>?, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input, addsResidual: residual != nil) {
            check(
                input.rank > 1 && input.shape[input.rank - 1] == weight.shape[0],
                "\(pass.describe("BatchNorm", weight)) expects […, \(weight.shape[0])], got \(input.shape)")
            check(
                residual == nil || residual!.shape == input.shape,
                "\(pass.describe("BatchNorm", weight)): a residual of shape \(residual?.shape ?? []) cannot be added to "
                    + "\(input.shape)")
            guard pass.isTraining && !isFrozen else {
                return batchNormalization(
                    input, mean: runningMean.value, variance: runningVariance.value, weight: weight.value,
                    bias: bias.value, adding: residual, activation: activation, epsilon: epsilon)
            }
            let (output, mean, variance) = batchNormalization(
                input, weight: weight.value, bias: bias.value, adding: residual, activation: activation,
                epsilon: epsilon)
            if !input.isAbstract { updateStatistics(mean, variance, rows: input.count / weight.shape[0]) }
            return output
        }
    }

    /// Whether training does not change the layer.
    private var isFrozen: Bool { weight.isFrozen && bias.isFrozen }

    private func updateStatistics(_ mean: Tensor<Float>, _ variance: Tensor<Float>, rows: Int) {
        let unbiased = variance * (Float(rows) / Float(rows - 1))
        runningMean.value = runningMean.value * (1 - momentum) + mean * momentum
        runningVariance.value = runningVariance.value * (1 - momentum) + unbiased * momentum
    }
}

extension BatchNorm: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [
            (weight, "weight", .same), (bias, "bias", .same), (runningMean, "running_mean", .same),
            (runningVariance, "running_var", .same),
        ]
    }
}
