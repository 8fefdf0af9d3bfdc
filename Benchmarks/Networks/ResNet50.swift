import Gradus

/// The residual network of 50 layers for ImageNet (He et al. 2015), with torchvision's names and its stride in the 3 × 3
/// convolutions; 25,557,032 weights.
///
/// Images `[N, 224, 224, 3]`, logits `[N, 1000]`.
struct ResNet50: Layer {
    let conv1: Conv2D
    let bn1: BatchNorm
    let layer1: Sequential
    let layer2: Sequential
    let layer3: Sequential
    let layer4: Sequential
    let fc: Dense

    init() {
        func stage(_ inputs: Int, _ width: Int, blocks: Int, stride: Int) -> Sequential {
            Sequential(
                (0..<blocks).map {
                    $0 == 0 ? Bottleneck(inputs, width, stride: stride) : Bottleneck(4 * width, width, stride: 1)
                })
        }
        conv1 = Conv2D(3, 64, kernel: 7, stride: 2, padding: .symmetric(3), useBias: false)
        bn1 = BatchNorm(64, activation: .relu)
        layer1 = stage(64, 64, blocks: 3, stride: 1)
        layer2 = stage(256, 128, blocks: 4, stride: 2)
        layer3 = stage(512, 256, blocks: 6, stride: 2)
        layer4 = stage(1024, 512, blocks: 3, stride: 2)
        fc = Dense(2048, 1000)
    }

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = MaxPool2D(3, stride: 2, padding: .symmetric(1))(conv1(images, then: bn1, pass), pass)
        let last = [layer1, layer2, layer3, layer4].reduce(first) { $1($0, pass) }
        return fc(GlobalAveragePool2D()(last, pass), pass)
    }
}

/// Convolutions of 1 × 1 to fewer channels, 3 × 3, and 1 × 1 to four times as many, around which the input is carried.
private struct Bottleneck: Layer {
    let conv1: Conv2D
    let bn1: BatchNorm
    let conv2: Conv2D
    let bn2: BatchNorm
    let conv3: Conv2D
    let bn3: BatchNorm
    let downsample: Sequential?

    init(_ inputs: Int, _ width: Int, stride: Int) {
        func convolution(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1) -> Conv2D {
            Conv2D(
                inputs, outputs, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: .symmetric(kernel / 2),
                initializer: .heNormalFanOut, useBias: false)
        }
        conv1 = convolution(inputs, width, kernel: 1)
        conv2 = convolution(width, width, kernel: 3, stride: stride)
        conv3 = convolution(width, 4 * width, kernel: 1)
        (bn1, bn2) = (BatchNorm(width, activation: .relu), BatchNorm(width, activation: .relu))
        bn3 = BatchNorm(4 * width, activation: .relu)
        downsample =
            inputs == 4 * width
            ? nil : Sequential([convolution(inputs, 4 * width, kernel: 1, stride: stride), BatchNorm(4 * width)])
    }

    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let carried = downsample.map { $0(input, pass) } ?? input
        let inner = conv2(conv1(input, then: bn1, pass), then: bn2, pass)
        return conv3(inner, then: bn3, adding: carried, pass)
    }
}

/// Naming one image.
let resnet50Workload = Workload(
    name: "resnet50-infer", about: "ResNet-50 names one image of 224 × 224", items: 1, multiplyAdds: 4_089_184_256
) {
    let model = ResNet50()
    let x = Tensor<Float>(normal: [1, 224, 224, 3])
    return { _ = model(x, .inference) }
}
