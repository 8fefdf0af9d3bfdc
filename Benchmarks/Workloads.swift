import Gradus
import GradusModels

/// All of them, in the order of the table.
let workloads =
    firstWorkloads + inferenceWorkloads + gptWorkloads
    + [visionTransformerWorkload, bertWorkload, unetWorkload, perceptronWorkload, lstmDecodeWorkload, resnet50Workload]

/// The workloads of training and inference, the same as Benchmarks/peers.py gives to PyTorch.
let firstWorkloads: [Workload] = [
    Workload(
        name: "mnist-cnn-train", about: "two convolutions and two dense layers, 100 images of 28 × 28, SGD", items: 100,
        multiplyAdds: 3 * 1_388_390_400
    ) {
        let model = TFLayersNet()
        return classifierStep(model, images: [100, 28, 28, 1], SGD(learningRate: 1e-3))
    },
    Workload(name: "mnist-cnn-infer", about: "the same network, inference", items: 100, multiplyAdds: 1_388_390_400) {
        let (model, x) = (TFLayersNet(), Tensor<Float>(uniform: [100, 28, 28, 1]))
        return { _ = model(x, .inference) }
    },
    Workload(
        name: "resnet20-train", about: "ResNet-20, 128 images of 32 × 32, SGD with momentum", items: 128,
        multiplyAdds: 3 * 128 * 40_551_040
    ) {
        let optimizer = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4)
        return classifierStep(CIFARResNet(depth: 20), images: [128, 32, 32, 3], optimizer)
    },
    Workload(name: "resnet20-infer", about: "the same network, inference", items: 128, multiplyAdds: 128 * 40_551_040) {
        let (model, x) = (CIFARResNet(depth: 20), Tensor<Float>(uniform: [128, 32, 32, 3]))
        return { _ = model(x, .inference) }
    },
    characterWorkload(units: 128), characterWorkload(units: 512),
    Workload(
        name: "nmt512-train", about: "translation with attention, LSTM 2 × 512, 128 pairs of 20 and 20 words",
        items: 128 * 40,
        multiplyAdds: 3 * TranslationNet.multiplyAdds
    ) {
        TranslationNet.step()
    },
    Workload(
        name: "dcgan64-train", about: "DCGAN, both players, 64 images of 64 × 64", items: 64,
        multiplyAdds: dcganMultiplyAdds,
        prepare: dcganStep),
    // Two judgements forward and backward; a third with the gradient of its gradient, which takes about as much again.
    Workload(
        name: "wgangp28-train", about: "a critic with gradient penalty, 64 images of 28 × 28", items: 64,
        multiplyAdds: 64 * 12 * 23_460_096, prepare: criticStep),
]

func classifierStep(_ model: some Layer, images: [Int], _ optimizer: any Optimizer) -> () -> Void {
    let x = Tensor<Float>(uniform: images)
    let y = Tensor<Int32>(uniform: [images[0]], in: 0..<10)
    return {
        let (_, gradients) = valueWithGradient(at: model) { softmaxCrossEntropy(model(x, .training), y) }
        optimizer.update(model, along: gradients)
    }
}

/// A character model with an embedding, 50 streams of 50 steps.
private func characterWorkload(units: Int) -> Workload {
    let work = 2500 * (2 * 8 * units * units + units * 65)
    return Workload(
        name: "charlstm\(units)-train", about: "character model, LSTM 2 × \(units), 50 texts of 50 characters, RMSprop",
        items: 2500, multiplyAdds: 3 * work
    ) {
        let model = CharacterNet(units)
        let x = Tensor<Int32>(uniform: [50, 50], in: 0..<65)
        let y = Tensor<Int32>(uniform: [50, 50], in: 0..<65)
        let optimizer = RMSprop(learningRate: 2e-3)
        return {
            let (_, gradients) = valueWithGradient(at: model) { softmaxCrossEntropy(model(x), y) }
            optimizer.update(model, along: gradients)
        }
    }
}

private struct CharacterNet: Module {
    let embedding: Embedding
    let recurrent: LSTM
    let output: Dense

    init(_ units: Int) {
        embedding = Embedding(65, units)
        recurrent = LSTM(units, units, layers: 2)
        output = Dense(units, 65)
    }

    func callAsFunction(_ x: Tensor<Int32>) -> Tensor<Float> {
        output(recurrent(tokens: x, embeddedBy: embedding, state: nil, .training).outputs, .training)
    }
}

private let dcganMultiplyAdds: Int = {
    // Three layers of 16 · 64 · 64 · 512 multiply-adds an image between a first and a last one.
    let inner = 3 * 33_554_432
    let g = 64 * (819_200 + inner + 3_145_728)
    let d = 64 * (3_145_728 + inner + 8192)
    // G forward and backward; D forward and backward on real and on made images, and once more for G, then without the
    // gradient of its weights.
    return 3 * g + 2 * 3 * d + 2 * d
}()

private func dcganStep() -> () -> Void {
    let (g, d) = (DCGANGenerator(), DCGANDiscriminator())
    let (gStep, dStep) = (Adam(learningRate: 2e-4, beta1: 0.5), Adam(learningRate: 2e-4, beta1: 0.5))
    let real = Tensor<Float>(uniform: [64, 64, 64, 3], from: -1, to: 1)
    let (ones, zeros) = (Tensor<Float>(ones: [64]), Tensor<Float>(zeros: [64]))
    return {
        let noise = Tensor<Float>(normal: [64, 100])
        // One pass through G serves both players: D learns from the images' values, G through them.
        let (_, gGradients) = valueWithGradient(at: g) {
            let made = g(noise, .training)
            let (_, dGradients) = valueWithGradient(at: d) {
                binaryCrossEntropy(d(real, .training), ones) + binaryCrossEntropy(d(made.detached(), .training), zeros)
            }
            dStep.update(d, along: dGradients)
            return binaryCrossEntropy(d(made, .training), ones)
        }
        gStep.update(g, along: gGradients)
    }
}

/// The critic of a Wasserstein GAN with a gradient penalty (Gulrajani et al. 2017), for images of 28 × 28 pixels.
private func criticStep() -> () -> Void {
    func layer(_ inputs: Int, _ outputs: Int) -> Conv2D {
        Conv2D(inputs, outputs, kernel: 5, stride: 2, padding: .symmetric(2), activation: .leakyRelu(slope: 0.2))
    }
    let critic = Sequential {
        layer(1, 64)
        layer(64, 128)
        layer(128, 256)
        Flatten()
        Dense(4096, 1)
    }
    let optimizer = Adam(learningRate: 1e-4, beta1: 0, beta2: 0.9)
    let real = Tensor<Float>(uniform: [64, 28, 28, 1], from: -1, to: 1)
    let made = Tensor<Float>(uniform: [64, 28, 28, 1], from: -1, to: 1)
    return {
        let share = Tensor<Float>(uniform: [64, 1, 1, 1], from: 0, to: 1)
        let (_, gradients) = valueWithGradient(at: critic) {
            let (_, slope) = valueWithGradient(at: share * real + (1 - share) * made, createGraph: true) {
                critic($0, .training).sum()
            }
            let penalty = (slope.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared().mean()
            return critic(made, .training).mean() - critic(real, .training).mean() + 10 * penalty
        }
        optimizer.update(critic, along: gradients)
    }
}
