import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// A network together with the text pipelines of its languages.
struct Translator {
    let model: any TranslationModel
    let pipeline: TranslationPipeline

    /// The best translation of each sentence in tokens, as the words by which translations are compared.
    func translations(
        of sentences: [[String]], _ options: SearchOptions = SearchOptions(), maxLength: Int? = nil,
        progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) -> [[String]] {
        ranked(1, of: sentences, options, maxLength: maxLength, progress: progress).map { $0.first?.words ?? [] }
    }

    /// The `count` best translations of each sentence in tokens, with their scores.
    ///
    /// - Parameters:
    ///   - maxLength: longer sentences are translated in parts; rank r of all has that of each part, or its last one.
    ///   - progress: called after each batch with the number of finished parts and of all.
    func ranked(
        _ count: Int, of sentences: [[String]], _ options: SearchOptions, maxLength: Int?, batchSize: Int = 64,
        replacesUnknown: Bool = false, progress: (_ done: Int, _ all: Int) -> Void
    ) -> [[(words: [String], score: Float)]] {
        let parts = sentences.map { self.parts(of: $0, maxLength) }
        var rest = hypotheses(of: parts.flatMap { $0 }, options, batchSize: batchSize, progress: progress)[...]
        return parts.map { parts in
            let found = zip(parts, rest).filter { !$1.isEmpty }
            rest = rest.dropFirst(parts.count)
            return (0..<min(count, found.map(\.1.count).max() ?? 0)).map { rank in
                let chosen = found.map { part, found in (part: part, found: found[min(rank, found.count - 1)]) }
                return (
                    chosen.flatMap { words(of: $0.found, source: $0.part, replacesUnknown: replacesUnknown) },
                    chosen.reduce(0) { $0 + $1.found.score }
                )
            }
        }
    }

    /// The translations of sentences in tokens, the best first; sentences of similar length go together.
    ///
    /// - Parameter recorder: keeps the beam of one sentence.
    func hypotheses(
        of sentences: [[String]], _ options: SearchOptions, batchSize: Int = 64, recorder: BeamRecorder? = nil,
        progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) -> [[Hypothesis]] {
        let numbers = sentences.map(pipeline.source.numbers)
        var found = [[Hypothesis]](repeating: [], count: sentences.count)
        // A sentence without words has no translation.
        let order = numbers.indices.filter { !numbers[$0].isEmpty }
            .sorted { (numbers[$0].count, $0) > (numbers[$1].count, $1) }
        var rest = order[...]
        while let longest = rest.first {
            // A sentence of thousands of words must not make its neighbors as long.
            let count = max(1, min(batchSize, batchSize * 100 / numbers[longest].count))
            let positions = rest.prefix(count)
            rest = rest.dropFirst(count)
            let results = search(model, positions.map { numbers[$0] }, options, recorder)
            for (position, result) in zip(positions, results) { found[position] = result }
            progress(order.count - rest.count, order.count)
        }
        return found
    }

    private func search<Model: TranslationModel>(
        _ model: Model, _ sentences: [[Int32]], _ options: SearchOptions, _ recorder: BeamRecorder?
    ) -> [[Hypothesis]] {
        let padded = PaddedSentences(sentences)
        let state = model.begin(padded.words, mask: padded.mask)
        let lengths = sentences.map(\.count)
        var found =
            options.width == 1 && recorder == nil
            ? greedySearch(model, from: state, sourceLengths: lengths, options).map { [$0] }
            : beamSearch(model, from: state, sourceLengths: lengths, options, recorder: recorder)
        if pipeline.source.isReversed {
            // Weights belong to tokens in the order in which they were read.
            for i in found.indices {
                for j in found[i].indices {
                    found[i][j].alignments = found[i][j].alignments.map { $0.map { $0.reversed() } }
                }
            }
        }
        return found
    }

    /// A sentence in parts, if it has more tokens than `maxLength`: the time grows with the square of the length, and a
    /// network translates badly what is far longer than the sentences that it has learned from.
    func parts(of source: [String], _ maxLength: Int?) -> [[String]] {
        let most = pipeline.options.maximumWords
        let limit = maxLength ?? max(200, 4 * most)
        return source.count > limit ? pipeline.source.parts(of: source, atMost: min(most, limit)) : [source]
    }

    /// What people should know about a long line; nil when it is translated as a whole.
    func remark(onLine number: Int, _ source: [String], _ maxLength: Int?) -> String? {
        let parts = parts(of: source, maxLength)
        guard parts.count > 1 else { return nil }
        return "line \(number) has \(source.count) words; the network has learned from at most "
            + "\(pipeline.options.maximumWords), so the line is translated in \(parts.count) parts"
    }

    /// A hypothesis as the words by which translations are compared; if it `replacesUnknown`, a word that the vocabulary lacks
    /// is the source word attended to.
    func words(of hypothesis: Hypothesis, source: [String], replacesUnknown: Bool = false) -> [String] {
        pipeline.target.words(
            joining: hypothesis.text(
                pipeline.target.vocabulary, replacingUnknownFrom: replacesUnknown ? source : nil))
    }

    /// The perplexity of given translations.
    func perplexity(of pairs: SentencePairs) -> Double {
        let (nats, words) = pairs.batchesByLength(of: 64).reduce(into: (0.0, 0)) { sum, batch in
            sum.0 += Double(model.totalLoss(batch, .inference).item)
            sum.1 += batch.targetWords
        }
        return GradusText.perplexity(loss: nats, words: words)
    }
}
