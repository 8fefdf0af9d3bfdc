import Gradus
import Testing

@Suite struct ActivationRecorderTests {
    struct Block: Layer {
        let first = Dense(3, 3, activation: .relu)
        let inner = Sequential {
            Dense(3, 3)
            Activation.tanh
        }
        private let path = ModulePath()

        func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            pass.block("Block", at: path) { pass in input + inner(first(input, pass), pass) }
        }
    }

    struct Net: Layer {
        let stem = Dense(2, 3)
        let blocks = [Block(), Block()]
        let tail = Sequential([Block(), Dense(3, 1)])

        func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            tail(blocks.reduce(stem(input, pass)) { $1($0, pass) }, pass)
        }
    }

    @Test func everyLayerAndBlockIsRecordedUnderItsName() throws {
        let net = Net()
        let x = Tensor<Float>(normal: [4, 2])
        let (output, record) = net.recorded(x)
        let block = ["first", "inner.0", "inner.1", "inner", ""]
        func names(_ prefix: String) -> [String] { block.map { $0.isEmpty ? prefix : "\(prefix).\($0)" } }
        #expect(
            record.entries.map(\.name) == ["stem"] + names("blocks.0") + names("blocks.1") + names("tail.0") + [
                "tail.1", "tail",
            ])
        #expect(output == net(x, .inference) && record["tail"] == output)
        #expect(record["stem"] == net.stem(x, .inference))
        #expect(record["blocks.0"] == net.blocks[0](net.stem(x, .inference), .inference))
        #expect(record.entries[1].activation == .relu && !record.entries[1].isBlock && record.entries[5].isBlock)
        #expect(record["nothing"] == nil)
        // A summary has a row for each layer, none for blocks.
        #expect(net.summary(input: [1, 2]).rows.map(\.kind).filter { $0 == "Dense" }.count == 8)
        #expect(!net.summary(input: [1, 2]).rows.contains { $0.kind == "Block" || $0.kind == "Sequential" })
    }

    /// A loss made of an inner layer's output has a gradient.
    @Test func recordedOutputsAreDifferentiable() {
        let net = Net()
        let x = Tensor<Float>(normal: [4, 2])
        let (_, slopes) = valueWithGradient(at: [x]) { inputs in
            net.recorded(inputs[0]).record["blocks.1"]!.squared().sum()
        }
        #expect(slopes[0].absoluteValue().max().item > 0)
    }

    @Test func aNormalizationThatAddsItsInputSaysSo() {
        struct Block: Layer {
            let conv = Conv2D(4, 4, kernel: 3, padding: .same)
            let norm = BatchNorm(4, activation: .relu)

            func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
                conv(input, then: norm, adding: input, pass)
            }
        }
        let record = Block().recorded(Tensor(normal: [1, 5, 5, 4])).record
        #expect(record.entries.map(\.kind) == ["Conv2D", "BatchNorm + input"])
        #expect(record.entries.map(\.addsResidual) == [false, true])
        #expect(record.entries.map(\.activation) == [.identity, .relu])
    }
}
