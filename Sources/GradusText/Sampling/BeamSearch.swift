import Foundation
import Gradus

/// A sequence that a beam search has found.
public struct Beam<State> {
    /// Its tokens.
    public internal(set) var tokens: [Int32]
    /// The sum of their log-probabilities.
    public internal(set) var logProbability: Float
    /// Where the network stands after the last of them.
    public internal(set) var state: State
    /// Whether its last token ended it.
    public internal(set) var isFinished = false

    /// What sequences of different lengths are compared by: `log p / lengthᵃ`.
    func score(_ lengthPenalty: Float) -> Float {
        lengthPenalty == 0 ? logProbability : logProbability / pow(Float(max(1, tokens.count)), lengthPenalty)
    }
}

/// The likeliest sequences that a search finds which keeps the `width` best beginnings at every step.
///
/// - Parameters:
///   - state: where the network stands, and `logProbabilities`, `[V]`, what it expects there.
///   - length: the most tokens of a sequence.
///   - lengthPenalty: a in `log p / lengthᵃ`, by which sequences are ordered; 0 prefers short ones, 1 takes the mean.
///   - excluded: tokens that no sequence has, as the one that stands for all unknown ones.
///   - ends: whether a token ends the sequence that it is added to.
///   - advance: the network's state after one more token, and what it expects then.
/// - Returns: at most `width` sequences, the best first.
/// - Traps: when `width` or `length` is not positive.
public func beamSearch<State>(
    from state: State, _ logProbabilities: [Float], width: Int, length: Int, lengthPenalty: Float = 0,
    excluding excluded: [Int32] = [], ends: (Int32) -> Bool = { _ in false },
    advance: (State, Int32) throws -> (state: State, logProbabilities: [Float])
) rethrows -> [Beam<State>] {
    check(width > 0 && length > 0, "beamSearch: a width of \(width) and a length of \(length)")
    var live = [(beam: Beam(tokens: [], logProbability: 0, state: state), next: logProbabilities)]
    var finished: [Beam<State>] = []
    for _ in 0..<length where !live.isEmpty && finished.count < width {
        var grown: [(beam: Beam<State>, next: [Float])] = []
        for (parent, token, logProbability) in best(width, of: live, excluded) {
            var beam = live[parent].beam
            beam.tokens.append(token)
            beam.logProbability = logProbability
            if ends(token) {
                beam.isFinished = true
                finished.append(beam)
            } else {
                let (state, next) = try advance(beam.state, token)
                beam.state = state
                grown.append((beam, next))
            }
        }
        live = grown
    }
    let all = finished + live.map(\.beam)
    return Array(all.sorted { $0.score(lengthPenalty) > $1.score(lengthPenalty) }.prefix(width))
}

/// The best continuations of all beginnings by one token, the best first; the earlier of two equals comes first.
private func best<State>(
    _ width: Int, of live: [(beam: Beam<State>, next: [Float])], _ excluded: [Int32]
) -> [(parent: Int, token: Int32, logProbability: Float)] {
    var kept: [(parent: Int, token: Int32, logProbability: Float)] = []
    for (parent, candidate) in live.enumerated() {
        for (token, logProbability) in candidate.next.enumerated() {
            let sum = candidate.beam.logProbability + logProbability
            if kept.count == width && sum <= kept[width - 1].logProbability { continue }
            if excluded.contains(Int32(token)) { continue }
            let position = kept.firstIndex { $0.logProbability < sum } ?? kept.count
            kept.insert((parent, Int32(token), sum), at: position)
            if kept.count > width { kept.removeLast() }
        }
    }
    return kept
}
