import Foundation
import Gradus
import Testing

/// One layer as PyTorch computes it: a case of Tests/Reference/layers.py and our function of the same inputs.
struct LayerFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let body: @Sendable ([Tensor<Float>]) -> Tensor<Float>

    var testDescription: String { name }

    init(_ name: String, _ body: @escaping @Sendable ([Tensor<Float>]) -> Tensor<Float>) {
        (self.name, self.body) = (name, body)
    }
}

private let labels = Tensor<Int32>([3, 1, 0, 6, 2])
private let classWeights = Tensor<Float>([1, 2, 0.5, 1, 1, 3, 0.7])
private let distributions = Tensor<Float>(linearFrom: -1, to: 2, count: 35).reshaped(to: [5, 7]).softmax()

/// A recurrent layer's outputs and last states in one row.
private func sequence(_ kind: RecurrentKind, _ x: [Tensor<Float>], _ lengths: [Int]? = nil) -> Tensor<Float> {
    let (outputs, hidden, cell) = recurrentSequence(
        kind, x[0], hidden: x[1], cell: kind == .lstm ? x[6] : nil, inputWeight: x[2], recurrentWeight: x[3],
        inputBias: x[4], recurrentBias: x[5], lengths: lengths)
    return Tensor.concatenated([outputs, hidden].map { $0.flattened() } + (cell.map { [$0.flattened()] } ?? []))
}

private func activation(_ name: String, _ function: Activation) -> LayerFixture {
    LayerFixture(name) { function($0[0]) }
}

/// Self-attention in two heads with a causal mask, from weights joined as PyTorch joins them.
private func twoHeads(_ x: [Tensor<Float>]) -> Tensor<Float> {
    let joined = linear(x[0], x[1], x[2]).reshaped(to: [3, 4, 3, 2, 3]).transposed([2, 0, 3, 1, 4])
    let (context, _) = attend(
        dotScores(joined[0], joined[1], scale: 1 / Float(3).squareRoot()), joined[2], mask: causalMask(4))
    return linear(context.swappingAxes(1, 2).reshaped(to: [3, 4, 6]), x[3], x[4])
}

private let windowFixtures: [LayerFixture] = [
    LayerFixture("dense") { linear($0[0], $0[1], $0[2]) },
    LayerFixture("conv") { convolution($0[0], $0[1], $0[2]) },
    LayerFixture("conv stride 2 padding 1") { convolution($0[0], $0[1], $0[2], stride: 2, padding: .symmetric(1)) },
    LayerFixture("conv dilation 2") { convolution($0[0], $0[1], $0[2], dilation: 2) },
    LayerFixture("conv groups 2") { convolution($0[0], $0[1], $0[2], padding: .symmetric(1), groups: 2) },
    LayerFixture("conv depthwise") {
        convolution($0[0], $0[1], $0[2], padding: .explicit(top: 1, bottom: 1, left: 2, right: 2), groups: 4)
    },
    LayerFixture("conv depthwise stride 2") {
        convolution($0[0], $0[1], $0[2], stride: 2, padding: .symmetric(1), groups: 20)
    },
    LayerFixture("conv depthwise side by side") {
        convolution($0[0], $0[1], $0[2], padding: .symmetric(1), groups: 20)
    },
    LayerFixture("conv transposed") { transposedConvolution($0[0], $0[1], $0[2], stride: 2, padding: .symmetric(1)) },
    LayerFixture("conv transposed output padding") {
        transposedConvolution($0[0], $0[1], $0[2], stride: 2, padding: .symmetric(1), outputPadding: 1)
    },
    LayerFixture("max pool") { maxPool($0[0], kernel: 2) },
    LayerFixture("max pool 3 stride 2 padding 1") { maxPool($0[0], kernel: 3, stride: 2, padding: .symmetric(1)) },
    LayerFixture("average pool") { averagePool($0[0], kernel: 2) },
    LayerFixture("average pool padded") {
        averagePool($0[0], kernel: 3, stride: 2, padding: .symmetric(1), countPadding: true)
    },
    LayerFixture("average pool padding not counted") {
        averagePool($0[0], kernel: 3, stride: 2, padding: .symmetric(1))
    },
]

private let otherFixtures: [LayerFixture] = [
    LayerFixture("batch norm") { batchNormalization($0[0], weight: $0[1], bias: $0[2]).output },
    LayerFixture("layer norm") { layerNormalization($0[0], weight: $0[1], bias: $0[2]) },
    LayerFixture("group norm") { groupNormalization($0[0], groups: 3, weight: $0[1], bias: $0[2]) },
    LayerFixture("local response norm") { localResponseNormalization($0[0], size: 5, alpha: 0.5, beta: 0.75, k: 2) },
    LayerFixture("local response norm within channels") {
        localResponseNormalization(withinChannelsOf: $0[0], size: 3, alpha: 0.5)
    },
    activation("relu", .relu), activation("relu6", .relu6), activation("leaky relu", .leakyRelu(slope: 0.2)),
    activation("elu", .elu()),
    activation("gelu", .gelu), activation("silu", .silu), activation("tanh", .tanh), activation("sigmoid", .sigmoid),
    activation("softplus", .softplus), activation("softmax", .softmax),
    LayerFixture("log softmax") { $0[0].logSoftmax() },
    LayerFixture("lstm") { sequence(.lstm, $0) },
    LayerFixture("lstm lengths") { sequence(.lstm, $0, [4, 2, 3]) },
    LayerFixture("gru") { sequence(.gru, $0) },
    LayerFixture("gru lengths") { sequence(.gru, $0, [1, 4, 2]) },
    LayerFixture("rnn") { sequence(.tanh, $0) },
    LayerFixture("rnn relu") { sequence(.relu, $0) },
    LayerFixture("embedding") { $0[0].gathering(Tensor([[2, 0, 2], [3, 3, 1]])) },
    LayerFixture("dot attention") { x in
        let mask = lengthMask([5, 2], steps: 5).reshaped(to: [2, 1, 5])
        return attend(dotScores(x[0], x[1], scale: 0.5), x[2], mask: mask).context
    },
    LayerFixture("multi-head attention") { twoHeads($0) },
]

private let lossFixtures: [LayerFixture] = [
    LayerFixture("cross entropy") { softmaxCrossEntropy($0[0], labels) },
    LayerFixture("cross entropy smoothed") { softmaxCrossEntropy($0[0], labels, smoothing: 0.1) },
    LayerFixture("cross entropy weighted") {
        softmaxCrossEntropy($0[0], labels, smoothing: 0.1, classWeights: classWeights)
    },
    LayerFixture("cross entropy ignoring") { softmaxCrossEntropy($0[0], labels, ignoring: 6) },
    LayerFixture("binary cross entropy") {
        binaryCrossEntropy($0[0], Tensor(repeating: 0.25, shape: [4, 3]), positiveWeight: 3)
    },
    LayerFixture("mean squared error") { meanSquaredError($0[0], $0[1]) },
    LayerFixture("mean absolute error") { meanAbsoluteError($0[0], $0[1]) },
    LayerFixture("huber") { huberLoss($0[0], $0[1], delta: 0.7) },
    LayerFixture("multi margin") { hingeLoss($0[0], labels: labels) },
    LayerFixture("kl divergence") { klDivergence($0[0].logSoftmax(), distributions) },
    LayerFixture("cross entropy distributions") { softmaxCrossEntropy($0[0], targets: distributions) },
    LayerFixture("hinge") { hingeLoss($0[0], Tensor([1, -1, 1, 1, -1, -1])) },
]

@Suite struct LayerFixtures {
    @Test(arguments: windowFixtures + otherFixtures + lossFixtures)
    func agreesWithPyTorch(_ line: LayerFixture) throws {
        let file = try SafeTensors(contentsOf: fixture("layers.safetensors")).tensors
        func part(_ key: String) throws -> Tensor<Float> { try #require(file["\(line.name)/\(key)"]) }
        let inputs = try (0..<8).prefix { file["\(line.name)/in/\($0)"] != nil }.map { try part("in/\($0)") }
        let (expected, upstream) = try (part("out"), part("up"))
        let output = line.body(inputs)
        #expect(output.shape == expected.shape)
        #expect(difference(output, expected) < 2e-6)
        let (_, gradients) = valueWithGradient(at: inputs) { (line.body($0) * upstream).sum() }
        for (index, gradient) in gradients.enumerated() {
            let reference = try part("grad/\(index)")
            #expect(difference(gradient, reference) < 4e-6, "gradient of input \(index)")
        }
    }

    @Test(arguments: [
        "sgd", "sgd momentum", "sgd nesterov", "rmsprop", "rmsprop momentum", "adagrad",
        "adagrad begun at 0.5", "adam", "adam decay", "adamw",
    ])
    func optimizerAgreesWithPyTorch(_ name: String) throws {
        struct Model: Module { let w: Parameter }
        let file = try SafeTensors(contentsOf: fixture("layers.safetensors")).tensors
        let model = Model(w: Parameter(try #require(file["\(name)/start"])))
        let optimizer = optimizer(name)
        for step in 0..<6 {
            let slope = try #require(file["\(name)/gradient/\(step)"])
            let (_, gradients) = valueWithGradient(at: model) { (model.w.value * slope).sum() }
            optimizer.update(model, along: gradients)
            let expected = try #require(file["\(name)/after/\(step)"])
            #expect(difference(model.w.value, expected) < 1e-6, "step \(step)")
        }
    }

    private func optimizer(_ name: String) -> any Optimizer {
        switch name {
        case "sgd": SGD(learningRate: 0.1)
        case "sgd momentum": SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01)
        case "sgd nesterov": SGD(learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01)
        case "rmsprop": RMSprop(learningRate: 0.01, smoothing: 0.95)
        case "rmsprop momentum": RMSprop(learningRate: 0.01, smoothing: 0.9, momentum: 0.8, weightDecay: 0.01)
        case "adagrad": AdaGrad(learningRate: 0.1, weightDecay: 0.01)
        case "adagrad begun at 0.5": AdaGrad(learningRate: 0.1, initialSquare: 0.5)
        case "adam": Adam(learningRate: 0.01)
        case "adam decay": Adam(learningRate: 0.01, beta1: 0.5, beta2: 0.99, weightDecay: 0.1)
        default: AdamW(learningRate: 0.01, weightDecay: 0.1)
        }
    }
}

/// The largest difference, relative to the largest value.
func difference(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Float {
    (a - b).absoluteValue().max().item / max(1, b.absoluteValue().max().item)
}
