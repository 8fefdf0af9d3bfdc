import Gradus

/// The residual network of 18 layers for ImageNet (He et al. 2015), with torchvision's names.
///
/// Input `[N, 224, 224, 3]` or other sizes from 32 × 32 on, output logits `[N, K]`. Shapes on the way, for 224 × 224
/// pixels: `[N, 112, 112, 64]`, `[N, 56, 56, 64]`, `[N, 28, 28, 128]`, `[N, 14, 14, 256]`, `[N, 7, 7, 512]`, `[N, 512]`;
/// 11,689,512 weights.
public struct ResNet18: ImageModel {
    /// From colors to 64 channels at half the resolution.
    public let conv1: Conv2D
    /// Normalizes them.
    public let bn1: BatchNorm
    /// The blocks of 64 channels.
    public let layer1: Sequential
    /// The blocks of 128 channels.
    public let layer2: Sequential
    /// The blocks of 256 channels.
    public let layer3: Sequential
    /// The blocks of 512 channels.
    public let layer4: Sequential
    /// From 512 means to one score a class.
    public let fc: Dense

    private let pool = MaxPool2D(3, stride: 2, padding: .symmetric(1))

    /// A network for the given number of classes.
    public init(channels: Int = 3, classes: Int = 1000) {
        func stage(_ inputs: Int, _ outputs: Int) -> Sequential {
            Sequential([BasicBlock(inputs, outputs), BasicBlock(outputs, outputs)])
        }
        conv1 = Conv2D(
            channels, 64, kernel: 7, stride: 2, padding: .symmetric(3), initializer: .heNormalFanOut, useBias: false)
        bn1 = BatchNorm(64, activation: .relu)
        layer1 = stage(64, 64)
        layer2 = stage(64, 128)
        layer3 = stage(128, 256)
        layer4 = stage(256, 512)
        fc = Dense(512, classes, initializer: .fanInUniform)
    }

    /// The last layer.
    public var head: String { "fc" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { ["bn1", "layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1"] }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = pool(conv1(images, then: bn1, pass), pass)
        let last = layer4(layer3(layer2(layer1(first, pass), pass), pass), pass)
        return fc(GlobalAveragePool2D()(last, pass), pass)
    }
}

/// Two 3 × 3 convolutions with batch normalization, around which the input is carried; where the channels change, by a
/// convolution of single pixels with stride 2.
public struct BasicBlock: Layer {
    /// The first convolution.
    public let conv1: Conv2D
    /// Normalizes its output.
    public let bn1: BatchNorm
    /// The second convolution.
    public let conv2: Conv2D
    /// Normalizes its output.
    public let bn2: BatchNorm
    /// Brings the input to the output's shape.
    public let downsample: Sequential?
    private let path = ModulePath()

    /// A block from `inputs` to `outputs` channels; with more outputs than inputs the resolution is halved.
    public init(_ inputs: Int, _ outputs: Int) {
        func convolution(_ inputs: Int, kernel: Int, stride: Int) -> Conv2D {
            Conv2D(
                inputs, outputs, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: .symmetric(kernel / 2),
                initializer: .heNormalFanOut, useBias: false)
        }
        let stride = inputs == outputs ? 1 : 2
        conv1 = convolution(inputs, kernel: 3, stride: stride)
        bn1 = BatchNorm(outputs, activation: .relu)
        conv2 = convolution(outputs, kernel: 3, stride: 1)
        bn2 = BatchNorm(outputs, activation: .relu)
        downsample =
            inputs == outputs
            ? nil : Sequential([convolution(inputs, kernel: 1, stride: stride), BatchNorm(outputs)])
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.block("BasicBlock", at: path) { pass in
            let carried = downsample.map { $0(input, pass) } ?? input
            return conv2(conv1(input, then: bn1, pass), then: bn2, adding: carried, pass)
        }
    }
}
