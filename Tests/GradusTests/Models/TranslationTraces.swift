import Foundation
import Gradus
import GradusModels
import GradusText
import Testing

/// Small translators of every kind, and pairs for them; the same as in Tests/Reference/translation.py.
enum SmallTranslators {
    static let vocabularies = (source: 40, target: 30)

    /// The networks of the traces by name.
    static let options: [(name: String, options: Seq2Seq.Options)] = [
        ("luong", changed { _ in }),
        (
            "scaled_luong, alternating, two layers",
            changed { ($0.encoder, $0.attention, $0.layers) = (.alternating, .scaledLuong, 2) }
        ),
        ("bahdanau, gru", changed { ($0.cell, $0.attention) = (.gru, .bahdanau) }),
        (
            "normed_bahdanau, no feeding, residual",
            changed { ($0.attention, $0.feedsInput, $0.layers, $0.isResidual) = (.normedBahdanau, false, 3, true) }
        ),
        (
            "no attention, unidirectional",
            changed { ($0.encoder, $0.attention, $0.layers, $0.isResidual) = (.unidirectional, nil, 2, true) }
        ),
        (
            "gnmt",
            changed {
                ($0.encoder, $0.wiring, $0.attention, $0.layers, $0.isResidual) =
                    (.gnmt, .gnmt, .normedBahdanau, 4, true)
            }
        ),
        (
            "gnmt_v2",
            changed {
                ($0.encoder, $0.wiring, $0.attention, $0.layers, $0.isResidual) = (.gnmt, .gnmt2, .scaledLuong, 3, true)
            }
        ),
    ]

    private static func changed(_ change: (inout Seq2Seq.Options) -> Void) -> Seq2Seq.Options {
        var options = Seq2Seq.Options()
        (options.embedding, options.units, options.dropout, options.outputDropout) = (8, 12, 0, 0)
        change(&options)
        return options
    }

    static func seq2seq(_ options: Seq2Seq.Options) -> Seq2Seq {
        Seq2Seq(options, sourceVocabulary: vocabularies.source, targetVocabulary: vocabularies.target)
    }

    static func transformer() -> Transformer {
        var options = Transformer.Options()
        (options.layers, options.features, options.heads, options.hidden, options.dropout) = (2, 16, 4, 24, 0)
        return Transformer(options, sourceVocabulary: vocabularies.source, targetVocabulary: vocabularies.target)
    }

    /// Every kind of network with reference weights.
    static func all() -> [(name: String, model: any TranslationModel)] {
        let models: [(String, any TranslationModel)] =
            options.map { ($0.name, seq2seq($0.options)) } + [("transformer", transformer())]
        for (_, model) in models { ReferenceNumbers.fill(model) }
        return models
    }

    static func batch(_ step: Int) -> PairBatch {
        let pairs = SentencePairs(
            source: (0..<5).map { n in
                (0..<(3 + (n + step) % 5)).map { s in Int32(4 + (7 * n + 3 * s + step) % 36) }
            },
            target: (0..<5).map { n in
                (0..<(1 + (2 * n + step) % 5)).map { t in Int32(4 + (5 * n + 2 * t + step) % 26) }
            })
        return PairBatch(pairs, Array(0..<5))
    }
}

/// From the same weights and pairs as PyTorch, the first losses agree.
@Suite struct TranslationTraces {
    @Test(arguments: SmallTranslators.options.map(\.name) + ["transformer"])
    func lossesAgreeWithPyTorch(_ name: String) throws {
        let data = try Data(contentsOf: fixture("translation.json"))
        let expected = try #require(JSONDecoder().decode([String: [Double]].self, from: data)[name])
        let model = try #require(SmallTranslators.all().first { $0.name == name }).model
        try compare(model, expected, smoothing: name == "transformer" ? 0.1 : 0)
    }

    private func compare<Model: TranslationModel>(_ model: Model, _ expected: [Double], smoothing: Double) throws {
        let optimizer = Adam(learningRate: 1e-2)
        for (step, reference) in expected.enumerated() {
            let batch = SmallTranslators.batch(step)
            let (loss, gradients) = valueWithGradient(at: model) {
                model.totalLoss(batch, smoothing: smoothing, .training) / Float(batch.targetWords)
            }
            let difference = abs(Double(loss.item) - reference) / reference
            #expect(difference < (step == 0 ? 1e-5 : 2e-3), "step \(step): \(loss.item), PyTorch \(reference)")
            optimizer.update(model, along: gradients)
        }
    }
}
