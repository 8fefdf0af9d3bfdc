/// A two-dimensional convolution of images.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, M]`; `weight` is `[KH, KW, C / groups, M]`, `bias` is `[M]`.
public struct Conv2D: ActivatedLayer {
    /// The filters, `[KH, KW, C / groups, M]`.
    public let weight: Parameter
    /// Added to each output channel, `[M]`.
    public let bias: Parameter?
    /// The distance between neighboring windows.
    public let stride: Extent2D
    /// The padding of the images.
    public let padding: Padding
    /// The distance between neighboring elements of a window.
    public let dilation: Extent2D
    /// The number of groups of channels that are convolved separately.
    public let groups: Int
    /// Applied to the sum.
    public let activation: Activation

    /// A layer with the given weights.
    ///
    /// - Traps: when the shapes of the weights disagree.
    public init(
        weight: Tensor<Float>, bias: Tensor<Float>?, stride: Extent2D = 1, padding: Padding = .valid,
        dilation: Extent2D = 1, groups: Int = 1, activation: Activation = .identity
    ) {
        check(
            weight.rank == 4 && (bias == nil || bias!.shape == [weight.shape[3]]),
            "Conv2D: expected a weight [KH, KW, C, M] and a bias [M], got \(weight.shape) and \(bias?.shape ?? [])")
        check(
            groups > 0 && weight.shape[3] % groups == 0,
            "Conv2D: \(weight.shape[3]) filters do not fall into \(groups) groups")
        self.weight = Parameter(weight)
        self.bias = bias.map { Parameter($0) }
        (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
        (self.groups, self.activation) = (groups, activation)
    }

    /// A layer of `filters` filters for images of `channels` channels.
    public init(
        _ channels: Int, _ filters: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = .valid,
        dilation: Extent2D = 1, groups: Int = 1, activation: Activation = .identity,
        initializer: Initializer = .glorotUniform, useBias: Bool = true
    ) {
        check(
            channels > 0 && filters > 0 && groups > 0 && channels % groups == 0 && filters % groups == 0,
            "Conv2D: \(channels) channels and \(filters) filters do not fall into \(groups) groups")
        let area = kernel.height * kernel.width
        self.init(
            weight: initializer(
                [kernel.height, kernel.width, channels / groups, filters], fanIn: area * channels / groups,
                fanOut: area * filters / groups),
            bias: useBias ? Tensor(zeros: [filters]) : nil, stride: stride, padding: padding, dilation: dilation,
            groups: groups, activation: activation)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        self(input, weight: weight.value, pass)
    }

    /// The layer's output with other filters, such as normalized ones.
    public func callAsFunction(_ input: Tensor<Float>, weight filters: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            let channels = weight.shape[2] * groups
            check(
                input.rank == 4 && input.shape[3] == channels,
                "\(pass.describe("Conv2D", weight)) expects [N, H, W, \(channels)], got \(input.shape)")
            check(
                filters.shape == weight.shape,
                "\(pass.describe("Conv2D", weight)) expects filters \(weight.shape), got \(filters.shape)")
            return convolution(
                input, filters, bias?.value, stride: stride, padding: padding, dilation: dilation, groups: groups,
                activation: activation)
        }
    }
}

extension Conv2D: TorchMapped {
    /// PyTorch's names and layouts.
    public var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] {
        [(weight, "weight", .filters)] + (bias.map { [($0, "bias", .same)] } ?? [])
    }
}
