import Gradus

/// Translations in which every word is the likeliest after those before it.
///
/// - Parameters:
///   - state: where the network stands before the first word, a row for each sentence.
///   - sourceLengths: the number of words of each source.
/// - Returns: a translation for each sentence.
public func greedySearch<Decoder: SequenceDecoder>(
    _ decoder: Decoder, from state: Decoder.State, sourceLengths: [Int], _ options: SearchOptions = SearchOptions()
) -> [Hypothesis] {
    var found = sourceLengths.map { _ in
        Hypothesis(words: [], logProbability: 0, score: 0, alignments: nil, isFinished: false)
    }
    var live = Array(sourceLengths.indices)
    var (state, last) = (state, [Int32](repeating: options.start, count: live.count))
    while !live.isEmpty {
        let step = decoder.step(Tensor(last), state)
        let best = likeliest(1, in: step.logProbabilities, except: options.excluded)
        let looks = step.alignments.map { rows($0) }
        var going: [Int32] = []
        last = []
        for (row, sentence) in live.enumerated() {
            let length = sourceLengths[sentence]
            if let look = looks?[row].prefix(length) {
                found[sentence].alignments = (found[sentence].alignments ?? []) + [Array(look)]
            }
            guard let (word, logProbability) = best[row].first else { continue }
            found[sentence].logProbability += logProbability
            if word == options.end {
                found[sentence].isFinished = true
                continue
            }
            found[sentence].words.append(word)
            if found[sentence].words.count < options.maximumLength(source: length) {
                going.append(Int32(row))
                last.append(word)
            }
        }
        // Sentences that have ended cost nothing more.
        state = going.count == live.count ? step.state : decoder.rows(Tensor(going), of: step.state)
        live = going.map { live[Int($0)] }
    }
    return found.map { hypothesis in
        var hypothesis = hypothesis
        hypothesis.score = options.score(
            hypothesis.logProbability, length: hypothesis.words.count + (hypothesis.isFinished ? 1 : 0),
            alignments: hypothesis.alignments)
        return hypothesis
    }
}

/// The rows of a matrix.
func rows(_ matrix: Tensor<Float>) -> [[Float]] {
    let width = matrix.shape[1]
    return matrix.withUnsafeElements { elements in
        (0..<matrix.shape[0]).map { Array(elements[($0 * width)..<(($0 + 1) * width)]) }
    }
}
