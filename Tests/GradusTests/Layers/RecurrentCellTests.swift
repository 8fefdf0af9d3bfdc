import Foundation
import Gradus
import Testing

@Suite struct RecurrentCellTests {
    private let x = Tensor<Float>(normal: [5, 3, 4], using: RandomGenerator(seed: 1))

    @Test func kindsHaveNamesForFlagsAndFiles() throws {
        #expect(RecurrentKind.allCases.map(\.rawValue) == ["lstm", "gru", "rnn", "relu"])
        let coded = try JSONEncoder().encode(RecurrentKind.allCases)
        #expect(try JSONDecoder().decode([RecurrentKind].self, from: coded) == RecurrentKind.allCases)
    }

    @Test(arguments: RecurrentKind.allCases) func stepsAreTheSequence(_ kind: RecurrentKind) {
        let cell = withRandomSeed(2) { RecurrentCell(kind, 4, 6) }
        #expect(cell.inputs == 4 && cell.units == 6 && (cell.zeroState(3).cell != nil) == (kind == .lstm))
        let (outputs, end) = cell(x, cell.zeroState(3))
        var state = cell.zeroState(3)
        for t in 0..<5 {
            state = cell.step(x[t], state)
            #expect((state.hidden - outputs[t]).absoluteValue().max().item < 1e-6)
        }
        #expect((state.hidden - end.hidden).absoluteValue().max().item < 1e-6)
        if let c = state.cell { #expect((c - end.cell!).absoluteValue().max().item < 1e-6) }
    }

    @Test(arguments: RecurrentKind.allCases) func reversedRowsBeginAtTheirLastStep(_ kind: RecurrentKind) {
        let cell = withRandomSeed(3) { RecurrentCell(kind, 4, 6) }
        let (outputs, end) = cell(x, cell.zeroState(3), lengths: [5, 2, 0], isReversed: true)
        let whole = cell(x.flipped(axes: [0]), cell.zeroState(3)).outputs.flipped(axes: [0])
        #expect((outputs.slice(axis: 1, 0..<1) - whole.slice(axis: 1, 0..<1)).absoluteValue().max().item < 1e-6)
        let short = cell(x[..<2].flipped(axes: [0]), cell.zeroState(3))
        #expect((end.hidden[1] - short.state.hidden[1]).absoluteValue().max().item < 1e-6)
        #expect(outputs[2...].slice(axis: 1, 1..<2).absoluteValue().max().item == 0)
        #expect(end.hidden[2].absoluteValue().max().item == 0)
    }

    @Test(arguments: RecurrentKind.allCases) func rowsOfAStateContinueIndependently(_ kind: RecurrentKind) {
        let cell = withRandomSeed(4) { RecurrentCell(kind, 4, 6) }
        let state = cell(x, cell.zeroState(3)).state
        let chosen = state.gathering(Tensor<Int32>([2, 0, 2]))
        let next = cell.step(x[0].gathering(Tensor<Int32>([1, 1, 1])), chosen).hidden
        #expect(next[0] == next[2] && next[0] != next[1])
    }

    @Test func forgetBiasIsAddedToTheForgetGateOfAnLSTMOnly() {
        for kind in RecurrentKind.allCases {
            let biases = [Float(0), 1].map { added in
                withRandomSeed(1) { RecurrentCell(kind, 4, 2, forgetBias: added) }.inputBias.value
            }
            let added = (biases[1] - biases[0]).rounded().scalars
            #expect(added == (kind == .lstm ? [0, 0, 1, 1, 0, 0, 0, 0] : Array(repeating: 0, count: 2 * kind.gates)))
        }
    }

    @Test(arguments: RecurrentKind.allCases) func aDecoderTakesVectorsAndOneHotIndices(_ kind: RecurrentKind) {
        let network = withRandomSeed(5) { () -> any RecurrentLayer in
            switch kind {
            case .lstm: LSTM(4, 6, layers: 2)
            case .gru: GRU(4, 6, layers: 2)
            case .tanh, .relu: SimpleRNN(4, 6, layers: 2, usesRelu: kind == .relu)
            }
        }
        let (byVector, byIndex) = (RecurrentDecoder(network), RecurrentDecoder(network))
        var state = network.zeroState(1)
        for index in [2, 0, 3] {
            var vector = [Float](repeating: 0, count: 4)
            vector[index] = 1
            byVector.step(vector.span)
            byIndex.step(oneHot: index)
            state = network.step(Tensor([vector]), state, .inference).state
            for layer in 0..<2 {
                let expected = state.hidden[layer][0]
                for decoder in [byVector, byIndex] {
                    let h = decoder.withOutput(layer: layer) { $0.withUnsafeBufferPointer { Tensor(Array($0)) } }
                    #expect((h - expected).absoluteValue().max().item < 1e-6)
                }
            }
        }
        byVector.reset()
        #expect(byVector.state.values.allSatisfy { $0 == 0 })
    }
}
