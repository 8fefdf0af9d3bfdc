/// A fully connected layer: `y = activation(x W + b)`.
///
/// Input `[…, D]`, output `[…, M]`; `weight` is `[D, M]`, `bias` is `[M]`.
public struct Dense: Layer {
    /// The weights, `[D, M]`.
    public let weight: Parameter
    /// What is added to each output, `[M]`.
    public let bias: Parameter?
    /// Applied to the sum.
    public let activation: Activation

    /// A layer with the given weights.
    ///
    /// - Traps: when `weight` is not `[D, M]` or `bias` is not `[M]`.
    public init(
        weight: Tensor<Float>, bias: Tensor<Float>?, activation: Activation = .identity,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            weight.rank == 2 && (bias == nil || bias!.shape == [weight.shape[1]]),
            "Dense: expected a weight [D, M] and a bias [M], got \(weight.shape) and \(bias?.shape ?? [])", file, line)
        self.weight = Parameter(weight, file: file, line: line)
        self.bias = bias.map { Parameter($0, file: file, line: line) }
        self.activation = activation
    }

    /// A layer of `outputs` units for inputs of `inputs` features.
    ///
    /// Glorot's uniform rule keeps the variance of activations and gradients alike (Glorot & Bengio 2010).
    public init(
        _ inputs: Int, _ outputs: Int, activation: Activation = .identity,
        initializer: Initializer = .glorotUniform, useBias: Bool = true,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(inputs > 0 && outputs > 0, "Dense: sizes must be positive, got \(inputs) and \(outputs)", file, line)
        self.init(
            weight: initializer([inputs, outputs], fanIn: inputs, fanOut: outputs),
            bias: useBias ? Tensor(zeros: [outputs]) : nil, activation: activation, file: file, line: line)
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "Dense", input) {
            checkLayer(
                input.rank > 0 && input.shape[input.rank - 1] == weight.shape[0],
                "\(pass.describe("Dense", weight)) expects […, \(weight.shape[0])], got \(input.shape)",
                madeAt: weight.place)
            return linear(input, weight.value, bias?.value, activation: activation)
        }
    }
}
