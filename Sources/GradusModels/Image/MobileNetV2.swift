import Gradus

/// MobileNetV2 for ImageNet (Sandler et al. 2018), with torchvision's names.
///
/// Input `[N, 224, 224, 3]` or other sizes from 32 × 32 on, output logits `[N, K]`. Resolution falls to a 32nd, channels
/// grow to 1280; 3,504,872 weights and 300.8 million multiply-adds an image of 224 × 224 pixels.
public struct MobileNetV2: ImageModel {
    /// A convolution, 17 inverted residuals, and a convolution to 1280 channels.
    public let features: Sequential
    /// Dropout, then from 1280 means to one score per class.
    public let classifier: Sequential

    /// A network for the given number of classes.
    public init(channels: Int = 3, classes: Int = 1000) {
        // Table 2 of the paper: expansion, outputs, blocks, stride of the first.
        let stages = [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ]
        var layers: [any Layer] = [normalizedConvolution(channels, 32, kernel: 3, stride: 2)]
        var inputs = 32
        for (expansion, outputs, count, stride) in stages {
            for index in 0..<count {
                layers.append(InvertedResidual(inputs, outputs, stride: index == 0 ? stride : 1, expansion: expansion))
                inputs = outputs
            }
        }
        layers.append(normalizedConvolution(inputs, 1280, kernel: 1))
        features = Sequential(layers)
        classifier = Sequential {
            Dropout(0.2)
            Dense(1280, classes, initializer: .normal(deviation: 0.01))
        }
    }

    /// The last layer.
    public var head: String { "classifier.1" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { [0, 1, 3, 6, 13, 18].map { "features.\($0)" } }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        // Inside a block activations are six times as large; one image's stay in a core's caches.
        pass.perExample(images) { classifier(GlobalAveragePool2D()(features($0, pass), pass), pass) }
    }
}

/// An inverted residual block: a 1 × 1 convolution to more channels, a 3 × 3 depthwise one, and a 1 × 1 one to few channels
/// without activation; the input is added where the shapes allow it.
public struct InvertedResidual: Layer {
    /// The convolutions.
    public let conv: Sequential
    /// Whether the input is added.
    public let addsInput: Bool
    private let path = ModulePath()

    /// A block from `inputs` to `outputs` channels, with `expansion` times as many inside.
    public init(_ inputs: Int, _ outputs: Int, stride: Int, expansion: Int) {
        let inner = inputs * expansion
        conv = Sequential {
            if expansion != 1 { normalizedConvolution(inputs, inner, kernel: 1) }
            normalizedConvolution(inner, inner, kernel: 3, stride: stride, groups: inner)
            Conv2D(inner, outputs, kernel: 1, initializer: .heNormalFanOut, useBias: false)
            BatchNorm(outputs)
        }
        addsInput = stride == 1 && inputs == outputs
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.block("InvertedResidual", at: path) { pass in
            addsInput ? conv(input, adding: input, pass) : conv(input, pass)
        }
    }
}

/// A convolution, batch normalization and ReLU6.
private func normalizedConvolution(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1
) -> Sequential {
    Sequential {
        Conv2D(
            inputs, outputs, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: .symmetric(kernel / 2),
            groups: groups, initializer: .heNormalFanOut, useBias: false)
        BatchNorm(outputs)
        Activation.relu6
    }
}
