import Gradus
import GradusModels
import GradusText

/// A network together with the words it reads and writes.
struct Translating {
    let network: TranslationNetwork
    let wording: NumberedWording

    /// The translations of sentences that are cut into words, the best first; sentences of like length go together.
    ///
    /// - Parameter recorder: keeps the beams of one sentence.
    func hypotheses(
        of sentences: [[String]], _ options: SearchOptions, batchSize: Int = 64, recorder: BeamRecorder? = nil
    ) -> [[Hypothesis]] {
        let numbers = sentences.map(wording.sourceNumbers)
        var found = [[Hypothesis]](repeating: [], count: sentences.count)
        // Nothing is said about a sentence without words.
        let order = numbers.indices.filter { !numbers[$0].isEmpty }
            .sorted { (numbers[$0].count, $0) > (numbers[$1].count, $1) }
        var rest = order[...]
        while let longest = rest.first {
            // A sentence of thousands of words must not make its neighbors as long.
            let count = max(1, min(batchSize, batchSize * 100 / numbers[longest].count))
            let positions = rest.prefix(count)
            rest = rest.dropFirst(count)
            let results = search(network.model, positions.map { numbers[$0] }, options, recorder)
            for (position, result) in zip(positions, results) { found[position] = result }
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
        if wording.wording.text.reversesSource {
            // Weights belong to words as they were read; a reader has the sentence the right way round.
            for i in found.indices {
                for j in found[i].indices {
                    found[i][j].alignments = found[i][j].alignments.map { $0.map { $0.reversed() } }
                }
            }
        }
        return found
    }

    /// A sentence in parts of which none is far longer than those that were learned from: time grows with the square of the
    /// length, and what is written gets worse.
    func parts(of source: [String]) -> [[String]] {
        let most = wording.wording.text.maximumWords
        guard source.count > max(200, 4 * most) else { return [source] }
        var parts: [[String]] = [[]]
        for token in source {
            // A word that is cut into pieces stays in one part, unless it has no end.
            let isWhole = parts[parts.count - 1].last.map(BytePairEncoding.isContinued) != true
            let length = parts[parts.count - 1].count
            if length >= most && isWhole || length >= 2 * most { parts.append([]) }
            parts[parts.count - 1].append(token)
        }
        return parts
    }

    /// The best translation of each sentence, in the words by which translations are compared.
    func translations(of sentences: [[String]], _ options: SearchOptions) -> [[String]] {
        let parts = sentences.map(parts(of:))
        var rest = hypotheses(of: parts.flatMap { $0 }, options)[...]
        return parts.map { parts in
            defer { rest = rest.dropFirst(parts.count) }
            return zip(parts, rest).flatMap { part, found in found.first.map { words(of: $0, source: part) } ?? [] }
        }
    }

    /// What a hypothesis says, in the words by which translations are compared.
    ///
    /// - Parameter replacesUnknown: whether a word that the vocabulary lacks becomes the source word looked at.
    func words(of hypothesis: Hypothesis, source: [String], replacesUnknown: Bool = false) -> [String] {
        wording.wording.words(
            joining: hypothesis.text(wording.target, replacingUnknownFrom: replacesUnknown ? source : nil))
    }

    /// The loss on given translations: the sum in nats, and the words that it is a sum of.
    func loss(of pairs: SentencePairs) -> (nats: Double, words: Int) {
        pairs.batchesByLength(of: 64).reduce(into: (0, 0)) { sum, batch in
            sum.nats += Double(network.model.totalLoss(batch, .inference).item)
            sum.words += batch.targetWords
        }
    }
}
