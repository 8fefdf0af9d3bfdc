import Gradus

/// The residual networks for CIFAR-10 (He et al. 2015, section 4.2): 6n + 2 layers in three stages of 16, 32 and 64
/// channels.
///
/// Input `[N, 32, 32, 3]`, output logits `[N, K]`. At the beginning of a stage the shortcut takes every second pixel and fills
/// the new channels with zeros ("option A"), which needs no weights. Depth 20 has 269,722 weights.
public struct CIFARResNet: ImageModel {
    /// From colors to 16 channels.
    public let conv1: Conv2D
    /// Normalizes them.
    public let bn1: BatchNorm
    /// The blocks at 32 × 32.
    public let layer1: [ResNetBlock]
    /// The blocks at 16 × 16.
    public let layer2: [ResNetBlock]
    /// The blocks at 8 × 8.
    public let layer3: [ResNetBlock]
    /// From 64 means to one score per class.
    public let linear: Dense

    /// A network of the given depth.
    ///
    /// - Traps: when the depth is not 6n + 2.
    public init(depth: Int = 20, channels: Int = 3, classes: Int = 10) {
        check(depth > 2 && (depth - 2) % 6 == 0, "CIFARResNet: expected 6n + 2 layers, got \(depth)")
        let blocks = (depth - 2) / 6
        func stage(_ inputs: Int, _ outputs: Int) -> [ResNetBlock] {
            (0..<blocks).map { ResNetBlock($0 == 0 ? inputs : outputs, outputs) }
        }
        conv1 = Conv2D(channels, 16, kernel: 3, padding: .symmetric(1), initializer: .heNormal, useBias: false)
        bn1 = BatchNorm(16, activation: .relu)
        layer1 = stage(16, 16)
        layer2 = stage(16, 32)
        layer3 = stage(32, 64)
        linear = Dense(64, classes, initializer: .heNormal)
    }

    /// The last layer.
    public var head: String { "linear" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] {
        ["bn1"]
            + [layer1, layer2, layer3].enumerated().flatMap { stage, blocks in
                Set([0, blocks.count - 1]).sorted().map { "layer\(stage + 1).\($0)" }
            }
    }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = conv1(images, then: bn1, pass)
        let last = (layer1 + layer2 + layer3).reduce(first) { $1($0, pass) }
        return linear(last.mean(axes: [1, 2]), pass)
    }
}

/// Two 3 × 3 convolutions with batch normalization, around which the input is carried; with more outputs than inputs the
/// first has stride 2.
public struct ResNetBlock: Layer {
    /// The first convolution.
    public let conv1: Conv2D
    /// Normalizes its output.
    public let bn1: BatchNorm
    /// The second convolution.
    public let conv2: Conv2D
    /// Normalizes its output.
    public let bn2: BatchNorm
    private let path = ModulePath()

    /// A block from `inputs` to `outputs` channels.
    public init(_ inputs: Int, _ outputs: Int) {
        let stride = Extent2D(inputs == outputs ? 1 : 2)
        conv1 = Conv2D(
            inputs, outputs, kernel: 3, stride: stride, padding: .symmetric(1), initializer: .heNormal, useBias: false)
        bn1 = BatchNorm(outputs, activation: .relu)
        conv2 = Conv2D(outputs, outputs, kernel: 3, padding: .symmetric(1), initializer: .heNormal, useBias: false)
        bn2 = BatchNorm(outputs, activation: .relu)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.block("ResNetBlock", at: path) { pass in
            let inner = conv1(input, then: bn1, pass)
            return conv2(inner, then: bn2, adding: shortcut(input), pass)
        }
    }

    private func shortcut(_ input: Tensor<Float>) -> Tensor<Float> {
        let (inputs, outputs) = (input.shape[3], bn2.weight.shape[0])
        guard inputs != outputs else { return input }
        let halved = input.slice(axis: 1, 0..<input.shape[1], step: 2).slice(axis: 2, 0..<input.shape[2], step: 2)
        let added = outputs - inputs
        return halved.padded([(0, 0), (0, 0), (0, 0), (added / 2, added - added / 2)], with: 0)
    }
}
