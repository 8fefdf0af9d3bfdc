import Gradus

/// The best translations that a search finds which keeps the likeliest beginnings at every step, for many sentences at once.
///
/// Of all continuations by one word the `options.width` likeliest that do not end are kept; one that ends, and is among the
/// `width` likeliest, is a translation. A sentence is done when it has `width` translations and no beginning can become
/// better than the worst of them, however it goes on. Translations are compared by their score (see ``SearchOptions``).
///
/// - Parameters:
///   - state: where the network stands before the first word, a row for each sentence.
///   - sourceLengths: the number of words of each source.
///   - recorder: keeps all beginnings, if given.
/// - Returns: for each sentence at most `width` translations, the best first; those that were cut at the greatest length
///   come last.
public func beamSearch<Decoder: SequenceDecoder>(
    _ decoder: Decoder, from state: Decoder.State, sourceLengths: [Int], _ options: SearchOptions,
    recorder: BeamRecorder? = nil
) -> [[Hypothesis]] {
    var beams = sourceLengths.map { SentenceBeam(sourceLength: $0, options) }
    var live = Array(beams.indices)
    var (state, last) = (state, [Int32](repeating: options.start, count: live.count))
    while !live.isEmpty {
        let step = decoder.step(Tensor(last), state)
        // A row has at most one continuation that ends, so one more than the width is enough.
        let best = likeliest(options.width + 1, in: step.logProbabilities, except: options.excluded)
        let looks = step.alignments.map { rows($0) }
        var (row, going): (Int, [Int32]) = (0, [])
        last = []
        for sentence in live {
            let part = row..<(row + beams[sentence].live.count)
            let kept = beams[sentence].advance(best[part], looks.map { $0[part] })
            going += kept.map { Int32(row + $0.row) }
            last += kept.map(\.word)
            row = part.upperBound
        }
        live = live.filter { !beams[$0].isDone }
        if !live.isEmpty { state = decoder.rows(Tensor(going), of: step.state) }
    }
    let found = beams.map { $0.hypotheses() }
    recorder?.trees = zip(beams, found).map { beam, found in beam.tree(endingIn: found.map(\.node)) }
    return found.map { $0.map(\.hypothesis) }
}
