import Gradus
import Testing

/// The gradient of a table stays in rows, and does what the whole gradient would do.
struct RowGradientTests {
    private struct Model: Module {
        let table = Embedding(30, 4)
        let output = Dense(4, 3)

        func callAsFunction(_ words: Tensor<Int32>) -> Tensor<Float> { output(table(words).mean(axes: [1]), .training) }
    }

    private let words = Tensor<Int32>([3, 9, 3, 29, 0, 9], shape: [2, 3])
    private let labels = Tensor<Int32>([2, 0])

    /// The same model whose table is used as a plain tensor, so that its gradient is whole.
    private func wholeGradients(_ model: Model) -> Gradients {
        valueWithGradient(at: model) {
            let vectors = matmul(words.oneHot(30), model.table.weight.value)
            return softmaxCrossEntropy(model.output(vectors.mean(axes: [1]), .training), labels)
        }.gradients
    }

    private func rowGradients(_ model: Model) -> Gradients {
        valueWithGradient(at: model) { softmaxCrossEntropy(model(words), labels) }.gradients
    }

    @Test func rowsHoldTheWholeGradient() throws {
        let model = withRandomSeed(5) { Model() }
        let (rows, whole) = (rowGradients(model), wholeGradients(model))
        let difference = try #require(rows["table.weight"]) - whole["table.weight"]!
        #expect(difference.absoluteValue().max().item < 1e-7)
        #expect(abs(rows.globalNorm - whole.globalNorm) < 1e-6)
        #expect((rows + rows)["table.weight"]! == rows["table.weight"]! * 2)
    }

    @Test func everyOptimiserTakesTheSameStep() {
        let makers: [() -> any Optimizer] = [
            { SGD(learningRate: 0.1) }, { SGD(learningRate: 0.1, momentum: 0.9) },
            { SGD(learningRate: 0.1, weightDecay: 0.01) }, { RMSprop() }, { AdaGrad() }, { Adam() }, { AdamW() },
        ]
        for make in makers {
            let models = [0, 1].map { _ in withRandomSeed(5) { Model() } }
            let optimizers = [make(), make()]
            for _ in 0..<3 {
                optimizers[0].update(models[0], along: rowGradients(models[0]).clipped(byGlobalNorm: 0.05))
                optimizers[1].update(models[1], along: wholeGradients(models[1]).clipped(byGlobalNorm: 0.05))
            }
            let difference = models[0].table.weight.value - models[1].table.weight.value
            #expect(difference.absoluteValue().max().item < 1e-5, "\(type(of: optimizers[0]))")
        }
    }

    @Test func plainDescentTouchesOnlyItsRows() {
        let model = withRandomSeed(5) { Model() }
        let before = model.table.weight.value
        SGD(learningRate: 1).update(model, along: rowGradients(model))
        let changed = (model.table.weight.value .!= before).scalars
        let rows = Set(changed.indices.filter { changed[$0] }.map { $0 / 4 })
        #expect(rows == [0, 3, 9, 29])
    }
}
