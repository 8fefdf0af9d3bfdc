import Gradus
import Testing

/// A table read by index has gradients for some of its rows only; what follows from them must be as if they were whole.
@Suite struct RowGradientTests {
    struct Table: Module {
        let weight = Parameter(Tensor<Float>(normal: [6, 3], using: RandomGenerator(seed: 1)))
    }

    private static let optimizers: [(name: String, make: @Sendable () -> any Optimizer)] = [
        ("SGD", { SGD(learningRate: 0.1) }),
        ("SGD, decay", { SGD(learningRate: 0.1, weightDecay: 0.1) }),
        ("SGD, Nesterov", { SGD(learningRate: 0.1, momentum: 0.9, nesterov: true) }),
        ("RMSprop", { RMSprop(learningRate: 0.1) }), ("AdaGrad", { AdaGrad(learningRate: 0.1) }),
        ("Adam", { Adam(learningRate: 0.1) }), ("AdamW", { AdamW(learningRate: 0.1) }),
    ]

    /// The rows of two batches, by index and as a product that touches every row.
    private func rows(_ table: Table, step: Int, byIndex: Bool, alsoWhole: Bool) -> Tensor<Float> {
        let indices = [Tensor<Int32>([2, 0, 2]), Tensor<Int32>([5, 5, Int32(step)])]
        let parts = indices.map { indices in
            byIndex ? table.weight.value.gathering(indices) : matmul(indices.oneHot(6), table.weight.value)
        }
        let slopes = Tensor<Float>(normal: [3, 3], using: RandomGenerator(seed: UInt64(7 + step)))
        let loss = ((parts[0] + parts[1].squared()) * slopes).sum()
        // Tied weights: the same table as a matrix, after the rows were read.
        return alsoWhole ? loss + matmul(table.weight.value, slopes).squared().sum() * 0.1 : loss
    }

    @Test(arguments: 0..<7, [false, true])
    func trainingIsThatOfWholeGradients(_ index: Int, alsoWhole: Bool) {
        let (name, make) = Self.optimizers[index]
        let tables = [true, false].map { byIndex in
            let (table, optimizer) = (Table(), make())
            for step in 0..<4 {
                let (_, gradients) = valueWithGradient(at: table) {
                    rows(table, step: step, byIndex: byIndex, alsoWhole: alsoWhole)
                }
                let sum = gradients + gradients * 0.5
                optimizer.update(
                    table, along: step % 2 == 0 ? sum.clipped(byGlobalNorm: 0.5) : sum.clipped(byValue: 0.3))
            }
            return table.weight.value
        }
        #expect((tables[0] - tables[1]).absoluteValue().max().item < 1e-5, "\(name)")
        #expect(tables[0] != Table().weight.value)
    }

    @Test func plainDescentTouchesOnlyItsRows() {
        let table = Table()
        let before = table.weight.value
        let (_, gradients) = valueWithGradient(at: table) { rows(table, step: 4, byIndex: true, alsoWhole: false) }
        SGD(learningRate: 1).update(table, along: gradients)
        let changed = (table.weight.value .!= before).scalars
        #expect(Set(changed.indices.filter { changed[$0] }.map { $0 / 3 }) == [0, 2, 4, 5])
    }

    @Test func gradientsLookWholeFromOutside() {
        let table = Table()
        let found = [true, false].map { byIndex in
            valueWithGradient(at: table) { rows(table, step: 1, byIndex: byIndex, alsoWhole: false) }.gradients
        }
        #expect((found[0]["weight"]! - found[1]["weight"]!).absoluteValue().max().item < 1e-5)
        #expect(abs(found[0].globalNorm - found[1].globalNorm) < 1e-5)
        #expect(found[0].map { $1 * 2 }["weight"]!.shape == [6, 3])
        let mixed = found[0] + found[1]
        #expect((mixed["weight"]! - 2 * found[1]["weight"]!).absoluteValue().max().item < 1e-5)
        #expect((found[0] * .nan).firstNonFinite == "weight")
    }
}
