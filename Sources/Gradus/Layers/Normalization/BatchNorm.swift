/// Batch normalization of the last axis.
///
/// A training pass uses the batch's statistics and updates the running ones:
/// `running ← (1 − momentum) running + momentum · batch`, with the unbiased variance. An inference pass uses the running
/// ones (Ioffe & Szegedy 2015), and so does a layer whose scale and shift are frozen, in every pass: what comes out of a frozen
/// part of a network then does not depend on the batch, and its statistics stay.
///
/// A training pass needs at least two values a channel.
///
/// Input and output `[…, C]`; all parameters are `[C]`. Normalization, residual and activation are one pass over memory.
public struct BatchNorm: Layer {
    /// The scale γ of each channel.
    public let scale: Parameter
    /// The shift β of each channel.
    public let shift: Parameter
    /// The running mean.
    public let runningMean: Parameter
    /// The running variance.
    public let runningVariance: Parameter
    /// The share of a new batch in the running statistics.
    public let momentum: Float
    /// What is added to the variance before the root.
    public let epsilon: Double
    /// Applied to the result.
    public let activation: Activation

    /// A layer for the given number of channels.
    public init(
        _ channels: Int, activation: Activation = .identity, momentum: Float = 0.1, epsilon: Double = 1e-5,
        scale: Initializer = .ones, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(channels > 0, "BatchNorm: the number of channels must be positive, got \(channels)", file, line)
        self.scale = Parameter(
            scale([channels], fanIn: channels, fanOut: channels), file: file, line: line)
        shift = Parameter(Tensor(zeros: [channels]))
        runningMean = Parameter(Tensor(zeros: [channels]), kind: .statistic)
        runningVariance = Parameter(Tensor(ones: [channels]), kind: .statistic)
        self.momentum = momentum
        self.epsilon = epsilon
        self.activation = activation
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        self(input, adding: nil, pass)
    }

    /// The normalized input with `residual` added before the activation, as at the end of a residual block.
    public func callAsFunction(_ input: Tensor<Float>, adding residual: Tensor<Float>?, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, residual == nil ? "BatchNorm" : "BatchNorm + input", input) {
            checkLayer(
                input.rank > 1 && input.shape[input.rank - 1] == scale.shape[0],
                "\(pass.describe("BatchNorm", scale)) expects […, \(scale.shape[0])], got \(input.shape)",
                madeAt: scale.place)
            checkLayer(
                residual == nil || residual!.shape == input.shape,
                "\(pass.describe("BatchNorm", scale)): a residual of shape \(residual?.shape ?? []) cannot be added to "
                    + "\(input.shape)", madeAt: scale.place)
            guard pass.isTraining && !isFrozen else {
                return batchNormalization(
                    input, mean: runningMean.value, variance: runningVariance.value, scale: scale.value,
                    shift: shift.value, adding: residual, activation: activation, epsilon: epsilon)
            }
            let (output, mean, variance) = batchNormalization(
                input, scale: scale.value, shift: shift.value, adding: residual, activation: activation,
                epsilon: epsilon)
            if !input.isAbstract { updateStatistics(mean, variance, rows: input.count / scale.shape[0]) }
            return output
        }
    }

    /// Whether training leaves the layer as it is.
    private var isFrozen: Bool { scale.isFrozen && shift.isFrozen }

    private func updateStatistics(_ mean: Tensor<Float>, _ variance: Tensor<Float>, rows: Int) {
        let unbiased = variance * (Float(rows) / Float(rows - 1))
        runningMean.value = runningMean.value * (1 - momentum) + mean * momentum
        runningVariance.value = runningVariance.value * (1 - momentum) + unbiased * momentum
    }
}
