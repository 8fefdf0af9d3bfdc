/// A transposed two-dimensional convolution, which enlarges images.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, M]`; `weight` is `[KH, KW, M, C]`, `bias` is `[M]`.
public struct ConvTranspose2D: ActivatedLayer {
    /// The filters, `[KH, KW, M, C]`.
    public let weight: Parameter
    /// Added to each output channel, `[M]`.
    public let bias: Parameter?
    /// The distance between the windows of neighboring input pixels.
    public let stride: Extent2D
    /// The padding that is cut off the output.
    public let padding: Padding
    /// Rows and columns added at the bottom and right.
    public let outputPadding: Extent2D
    /// Applied to the sum.
    public let activation: Activation

    /// A layer with the given weights.
    ///
    /// - Traps: when the shapes of the weights disagree.
    public init(
        weight: Tensor<Float>, bias: Tensor<Float>?, stride: Extent2D = 1, padding: Padding = .valid,
        outputPadding: Extent2D = 0, activation: Activation = .identity
    ) {
        check(
            weight.rank == 4 && (bias == nil || bias!.shape == [weight.shape[2]]),
            "ConvTranspose2D: expected a weight [KH, KW, M, C] and a bias [M], got \(weight.shape) and "
                + "\(bias?.shape ?? [])")
        self.weight = Parameter(weight)
        self.bias = bias.map { Parameter($0) }
        (self.stride, self.padding) = (stride, padding)
        (self.outputPadding, self.activation) = (outputPadding, activation)
    }

    /// A layer of `filters` filters for images of `channels` channels.
    public init(
        _ channels: Int, _ filters: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = .valid,
        outputPadding: Extent2D = 0, activation: Activation = .identity, initializer: Initializer = .glorotUniform,
        useBias: Bool = true
    ) {
        check(
            channels > 0 && filters > 0,
            "ConvTranspose2D: sizes must be positive, got \(channels) channels and \(filters) filters")
        let area = kernel.height * kernel.width
        self.init(
            weight: initializer(
                [kernel.height, kernel.width, filters, channels], fanIn: area * channels, fanOut: area * filters),
            bias: useBias ? Tensor(zeros: [filters]) : nil, stride: stride, padding: padding,
            outputPadding: outputPadding, activation: activation)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(
                input.rank == 4 && input.shape[3] == weight.shape[3],
                "\(pass.describe("ConvTranspose2D", weight)) expects [N, H, W, \(weight.shape[3])], got \(input.shape)")
            return transposedConvolution(
                input, weight.value, bias?.value, stride: stride, padding: padding, outputPadding: outputPadding,
                activation: activation)
        }
    }
}

extension ConvTranspose2D: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [(weight, "weight", .filters)] + (bias.map { [($0, "bias", .same)] } ?? [])
    }
}
