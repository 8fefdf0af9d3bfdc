import Foundation
import Gradus
import GradusModels
import Testing

@Suite struct CharacterModelTests {
    private static let shapes: [(cell: RecurrentKind, embedding: Int?, ties: Bool, layers: Int)] = [
        (.lstm, nil, false, 2), (.lstm, 7, false, 1), (.lstm, 12, true, 3), (.gru, nil, false, 2), (.gru, 12, true, 1),
        (.tanh, nil, false, 3), (.tanh, 5, false, 2),
    ]

    private func model(_ shape: (cell: RecurrentKind, embedding: Int?, ties: Bool, layers: Int)) -> CharacterModel {
        withRandomSeed(3) {
            CharacterModel(
                vocabulary: 9, cell: shape.cell, units: 12, layers: shape.layers, embedding: shape.embedding,
                tiesOutput: shape.ties, dropout: 0.5)
        }
    }

    private let text = Tensor<Int32>(uniform: [3, 20], in: 0..<9, using: RandomGenerator(seed: 4))

    @Test func sizesAreThoseOfCharRNN() {
        #expect(CharacterModel(vocabulary: 65).parameterCount == 240_321)
        #expect(CharacterModel(vocabulary: 65, units: 512).parameterCount == 3_320_385)
        let tied = CharacterModel(vocabulary: 65, units: 16, layers: 1, embedding: 16, tiesOutput: true)
        #expect(tied.parameterCount == 65 * 16 + 65 + 2 * (16 * 64 + 64))
        #expect(tied.namedParameters().map(\.name).contains("outputBias"))
    }

    @Test(arguments: shapes.indices) func theDecoderSaysWhatTheLayersSay(_ index: Int) {
        let model = model(Self.shapes[index])
        let (logits, end) = model(text, state: nil, .inference)
        for row in 0..<3 {
            let decoder = CharacterDecoder(model)
            for step in 0..<20 {
                decoder.read(text.element(at: row, step))
                let scores = decoder.withLogits { Tensor(Array($0)) }
                #expect((scores - logits[row][step]).absoluteValue().max().item < 2e-6)
            }
            let top = decoder.recurrent.withOutput { $0.withUnsafeBufferPointer { Array($0) } }
            #expect((Tensor(top) - end.hidden[end.hidden.count - 1][row]).absoluteValue().max().item < 1e-6)
        }
    }

    /// A step in a batch gives the decoder's log-probabilities, also after rows were selected.
    @Test(arguments: shapes.indices) func searchStepsAgreeWithTheDecoder(_ index: Int) {
        let model = model(Self.shapes[index])
        let begin = model.select(Tensor<Int32>([0, 0]), of: model.begin([4, 7]))
        let first = model.step(Tensor<Int32>([1, 2]), begin)
        let second = model.step(Tensor<Int32>([3, 3]), model.select(Tensor<Int32>([1, 0]), of: first.state))
        for (row, text) in [[4, 7, 2, 3], [4, 7, 1, 3] as [Int32]].enumerated() {
            let decoder = CharacterDecoder(model)
            decoder.read(text)
            let expected = Tensor(decoder.logProbabilities())
            #expect((second.logProbabilities[row] - expected).absoluteValue().max().item < 5e-6)
        }
    }

    @Test func aDecodersStateCanBeKeptAndPutBack() {
        let decoder = CharacterDecoder(model(Self.shapes[2]))
        decoder.read([1, 2, 3])
        let (kept, scores) = (decoder.recurrent.state, decoder.logProbabilities())
        decoder.read([4, 5])
        #expect(decoder.logProbabilities() != scores)
        decoder.recurrent.state = kept
        #expect(decoder.logProbabilities() == scores)
        decoder.recurrent.reset()
        decoder.read([1, 2, 3])
        #expect(decoder.recurrent.state == kept)
    }

    @Test(arguments: shapes.indices) func gradientsAgreeWithDifferences(_ index: Int) {
        let model = model(Self.shapes[index])
        // A sum of scores with weights of either sign: large slopes beside a small value, as single precision needs it.
        let weights = Tensor<Float>(normal: [3, 20, 9], using: RandomGenerator(seed: 5))
        for (name, error) in gradientErrors(
            at: model, { (model(text, state: nil, .inference).logits * weights).sum() })
        {
            #expect(error < 2e-2, "\(name)")
        }
    }

    /// The state after step t is where the rest of the text begins, so its gradient is that of a run that begins there.
    @Test(arguments: [0, 3, 5]) func gradientNormsAreThoseOfTheStates(_ index: Int) {
        let model = model(Self.shapes[index])
        let targets = Tensor<Int32>([2, 0, 8])
        let norms = model.gradientNorms(text, targets: targets)
        #expect(norms.count == 20)
        for lag in [1, 4, 19] {
            let begin = model(text.slice(axis: 1, 0..<(20 - lag)), state: nil, .inference).state
            let parts = begin.hidden + begin.cell
            let (_, gradients) = valueWithGradient(at: parts) { parts in
                let layers = begin.hidden.count
                let state = RecurrentState(hidden: Array(parts[..<layers]), cell: Array(parts[layers...]))
                let logits = model(text.slice(axis: 1, (20 - lag)..<20), state: state, .inference).logits
                let last = logits.slice(axis: 1, (lag - 1)..<lag).squeezingShape(at: 1)
                return softmaxCrossEntropy(last, targets) * 3
            }
            let squares = gradients.reduce(0) { $0 + Double($1.squared().sum().item) }
            let expected = (squares / 3).squareRoot()
            #expect(abs(norms[lag] - expected) < 1e-5 * max(expected, 1e-3))
        }
    }

    @Test func dropoutIsForTrainingOnly() {
        let model = model(Self.shapes[0])
        let training = { (seed: UInt64) in model(text, state: nil, .training(using: RandomGenerator(seed: seed))).logits
        }
        #expect(training(1) == training(1) && training(1) != training(2))
        #expect(model(text, state: nil, .inference).logits == model(text, state: nil, .inference).logits)
        // One layer has nothing between layers, but its output is dropped from as well.
        let single = withRandomSeed(1) { CharacterModel(vocabulary: 9, units: 12, layers: 1, dropout: 0.5) }
        #expect(single(text, state: nil, .training).logits != single(text, state: nil, .inference).logits)
    }

    @Test func aCheckpointKeepsEveryKindOfModel() throws {
        for shape in Self.shapes {
            let path = NSTemporaryDirectory() + "gradus-character-\(UUID().uuidString).safetensors"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let (first, second) = (model(shape), withRandomSeed(9) { model(shape) })
            try first.save(to: path)
            try second.load(from: path)
            #expect(first.namedTensors == second.namedTensors)
        }
    }
}
