import Gradus

/// Greedy decoding: every token is the likeliest after the ones before it.
///
/// - Parameters:
///   - state: the decoder's state before the first token, one row for each sequence.
///   - sourceLengths: the length of each source; 0 for a decoder without a source.
/// - Returns: a hypothesis for each sequence.
public func greedySearch<Decoder: SequenceDecoder>(
    _ decoder: Decoder, from state: Decoder.State, sourceLengths: [Int], _ options: SearchOptions = SearchOptions()
) -> [Hypothesis] {
    var found = sourceLengths.map { _ in
        Hypothesis(tokens: [], logProbability: 0, score: 0, alignments: nil, isFinished: false)
    }
    var live = Array(sourceLengths.indices)
    var (state, last) = (state, [Int32](repeating: options.start, count: live.count))
    while !live.isEmpty {
        let step = decoder.step(Tensor(last), state)
        let best = likeliest(1, in: step.logProbabilities, except: options.excluded)
        let weights = step.alignments.map(rows)
        var continuing: [Int32] = []
        last = []
        for (row, sentence) in live.enumerated() {
            let length = sourceLengths[sentence]
            if let weights = weights?[row].prefix(length) {
                found[sentence].alignments = (found[sentence].alignments ?? []) + [Array(weights)]
            }
            guard let (token, logProbability) = best[row].first else { continue }
            found[sentence].logProbability += logProbability
            if token == options.end {
                found[sentence].isFinished = true
                continue
            }
            found[sentence].tokens.append(token)
            if found[sentence].tokens.count < options.maximumLength(source: length) {
                continuing.append(Int32(row))
                last.append(token)
            }
        }
        // Finished sequences leave the batch.
        state = continuing.count == live.count ? step.state : decoder.select(Tensor(continuing), of: step.state)
        live = continuing.map { live[Int($0)] }
    }
    return found.map { hypothesis in
        var hypothesis = hypothesis
        hypothesis.score = options.score(
            hypothesis.logProbability, length: hypothesis.tokens.count + (hypothesis.isFinished ? 1 : 0),
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

/// The `count` likeliest tokens of each row, the likeliest first; of two equals the smaller id comes first.
///
/// - Parameters:
///   - logProbabilities: `[R, V]`.
///   - excluded: tokens that are never chosen.
func likeliest(
    _ count: Int, in logProbabilities: Tensor<Float>, except excluded: [Int32]
) -> [[(token: Int32, logProbability: Float)]] {
    let (rows, width) = (logProbabilities.shape[0], logProbabilities.shape[1])
    var found = [[(token: Int32, logProbability: Float)]](repeating: [], count: rows)
    logProbabilities.withUnsafeElements { elements in
        found.withUnsafeMutableBufferPointer { found in
            nonisolated(unsafe) let (found, elements) = (found, elements)
            Parallel.forEach(rows) { row in
                let values = UnsafeBufferPointer(rebasing: elements[(row * width)..<((row + 1) * width)])
                found[row] = likeliest(count, of: values, except: excluded)
            }
        }
    }
    return found
}

private func likeliest(
    _ count: Int, of values: UnsafeBufferPointer<Float>, except excluded: [Int32]
) -> [(token: Int32, logProbability: Float)] {
    var best: [(token: Int32, logProbability: Float)] = []
    best.reserveCapacity(count + 1)
    var least = -Float.infinity
    for (token, value) in values.enumerated() where value > least || best.count < count && value > -.infinity {
        if excluded.contains(Int32(token)) { continue }
        let position = best.firstIndex { $0.logProbability < value } ?? best.count
        best.insert((Int32(token), value), at: position)
        if best.count > count { best.removeLast() }
        if best.count == count { least = best[count - 1].logProbability }
    }
    return best
}
