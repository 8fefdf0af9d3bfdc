/// A fully connected layer: `y = activation(x W + b)`.
///
/// Input `[…, D]`, output `[…, M]`; `weight` is `[D, M]`, `bias` is `[M]`.
public struct Dense: ActivatedLayer {
    /// The weights, `[D, M]`.
    public let weight: Parameter
    /// Added to each output, `[M]`.
    public let bias: Parameter?
    /// Applied to the sum.
    public let activation: Activation

    /// A layer with the given weights.
    ///
    /// - Traps: when `weight` is not `[D, M]` or `bias` is not `[M]`.
    public init(weight: Tensor<Float>, bias: Tensor<Float>?, activation: Activation = .identity) {
        check(
            weight.rank == 2 && (bias == nil || bias!.shape == [weight.shape[1]]),
            "Dense: expected a weight [D, M] and a bias [M], got \(weight.shape) and \(bias?.shape ?? [])")
        self.weight = Parameter(weight)
        self.bias = bias.map { Parameter($0) }
        self.activation = activation
    }

    /// A layer of `outputs` units for inputs of `inputs` features.
    ///
    /// Glorot's uniform rule keeps the variance of activations and gradients alike (Glorot & Bengio 2010).
    public init(
        _ inputs: Int, _ outputs: Int, activation: Activation = .identity,
        initializer: Initializer = .glorotUniform, useBias: Bool = true
    ) {
        check(inputs > 0 && outputs > 0, "Dense: sizes must be positive, got \(inputs) and \(outputs)")
        self.init(
            weight: initializer([inputs, outputs], fanIn: inputs, fanOut: outputs),
            bias: useBias ? Tensor(zeros: [outputs]) : nil, activation: activation)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(
                input.rank > 0 && input.shape[input.rank - 1] == weight.shape[0],
                "\(pass.describe("Dense", weight)) expects […, \(weight.shape[0])], got \(input.shape)")
            return linear(input, weight.value, bias?.value, activation: activation)
        }
    }
}

extension Dense: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [(weight, "weight", .matrix)] + (bias.map { [($0, "bias", .same)] } ?? [])
    }
}
