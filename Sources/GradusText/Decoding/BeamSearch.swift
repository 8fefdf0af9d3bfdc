import Gradus

/// The best sequences that beam search finds, for a batch of sequences.
///
/// Each step keeps the `options.width` likeliest continuations that do not end; one that ends, and is among the `width`
/// likeliest, is a finished hypothesis. A search is done when it has `width` finished hypotheses and no live one can exceed
/// the worst of them. Hypotheses are ranked by their score (see ``SearchOptions``).
///
/// - Parameters:
///   - state: the decoder's state before the first token, one row for each sequence.
///   - sourceLengths: the length of each source; 0 for a decoder without a source.
///   - recorder: records all partial hypotheses, if given.
/// - Returns: for each sequence at most `width` hypotheses, the best first; those cut at the maximum length come last.
public func beamSearch<Decoder: SequenceDecoder>(
    _ decoder: Decoder, from state: Decoder.State, sourceLengths: [Int], _ options: SearchOptions,
    recorder: BeamRecorder? = nil
) -> [[Hypothesis]] {
    var beams = sourceLengths.map { Beam(sourceLength: $0, options) }
    var live = Array(beams.indices)
    var (state, last) = (state, [Int32](repeating: options.start, count: live.count))
    while !live.isEmpty {
        let step = decoder.step(Tensor(last), state)
        // A row has at most one continuation that ends, so one more than the width is enough.
        let best = likeliest(options.width + 1, in: step.logProbabilities, except: options.excluded)
        let weights = step.alignments.map(rows)
        var (row, parents): (Int, [Int32]) = (0, [])
        last = []
        for index in live {
            let part = row..<(row + beams[index].live.count)
            let kept = beams[index].advance(best[part], weights.map { $0[part] })
            parents += kept.map { Int32(row + $0.row) }
            last += kept.map(\.token)
            row = part.upperBound
        }
        live = live.filter { !beams[$0].isDone }
        if !live.isEmpty { state = decoder.select(Tensor(parents), of: step.state) }
    }
    let found = beams.map { $0.hypotheses() }
    recorder?.trees = zip(beams, found).map { beam, found in
        var tree = beam.tree
        tree.ends = found.map(\.node)
        return tree
    }
    return found.map { $0.map(\.hypothesis) }
}

/// The partial hypotheses of one sequence.
private struct Beam {
    private let sourceLength: Int
    private let maximumLength: Int
    private let options: SearchOptions
    private(set) var tree = BeamTree()
    /// The attention weights with which each node's token was chosen.
    private var weights: [[Float]] = []
    private var length = 0
    private var finished: [(node: Int, score: Float)] = []
    /// The nodes to extend; `nil` is the empty hypothesis.
    private(set) var live: [Int?] = [nil]

    init(sourceLength: Int, _ options: SearchOptions) {
        (self.sourceLength, self.options) = (sourceLength, options)
        maximumLength = options.maximumLength(source: sourceLength)
    }

    /// Whether the search is over.
    var isDone: Bool { length == maximumLength || live.isEmpty || isDecided }

    /// Extends the live nodes by one token.
    ///
    /// - Parameters:
    ///   - continuations: the likeliest tokens after each of ``live``.
    ///   - alignments: the attention weights of each of ``live``.
    /// - Returns: for each of the new ``live`` the row of its parent among the old ones, and its token; empty after the last
    ///   step.
    mutating func advance(
        _ continuations: ArraySlice<[(token: Int32, logProbability: Float)]>, _ alignments: ArraySlice<[Float]>?
    ) -> [(row: Int, token: Int32)] {
        var candidates: [(row: Int, token: Int32, logProbability: Float)] = []
        for (row, tokens) in continuations.enumerated() {
            let base = live[row].map { tree.nodes[$0].logProbability } ?? 0
            candidates += tokens.map { (row, $0.token, base + $0.logProbability) }
        }
        candidates.sort {
            $0.logProbability != $1.logProbability ? $0.logProbability > $1.logProbability : $0.row < $1.row
        }
        var kept: [(row: Int, token: Int32)] = []
        var next: [Int?] = []
        length += 1
        for (rank, candidate) in candidates.enumerated() where next.count < options.width {
            let isEnd = candidate.token == options.end
            if isEnd && rank >= options.width { continue }
            let node = tree.nodes.count
            tree.nodes.append(
                BeamTree.Node(
                    parent: live[candidate.row], token: candidate.token, logProbability: candidate.logProbability,
                    length: length, isEnd: isEnd))
            if let alignments {
                weights.append(Array(alignments[alignments.startIndex + candidate.row].prefix(sourceLength)))
            }
            if isEnd {
                finished.append((node, score(of: node)))
            } else {
                next.append(node)
                kept.append((candidate.row, candidate.token))
            }
        }
        live = next
        return isDone ? [] : kept
    }

    /// Whether no live node can exceed the worst hypothesis that is kept: probabilities only fall, and the length factor is
    /// largest at the maximum length.
    private var isDecided: Bool {
        guard finished.count >= options.width, let best = live.first ?? nil else { return false }
        let worst = finished.map(\.score).sorted(by: >)[options.width - 1]
        return tree.nodes[best].logProbability / options.lengthFactor(maximumLength + 1) <= worst
    }

    private func alignments(of node: Int) -> [[Float]]? {
        weights.isEmpty ? nil : tree.path(to: node).map { weights[$0] }
    }

    private func score(of node: Int) -> Float {
        options.score(
            tree.nodes[node].logProbability, length: tree.nodes[node].length, alignments: alignments(of: node))
    }

    /// The best hypotheses, each with its last node.
    func hypotheses() -> [(node: Int, hypothesis: Hypothesis)] {
        let cut = live.compactMap { $0 }.map { (node: $0, score: score(of: $0)) }
        let ordered = [finished, cut].flatMap { $0.sorted { $0.score > $1.score } }
        return ordered.prefix(options.width).map { node, score in
            let tokens = tree.path(to: node).map { tree.nodes[$0].token }
            let isFinished = tree.nodes[node].isEnd
            let hypothesis = Hypothesis(
                tokens: isFinished ? tokens.dropLast() : tokens, logProbability: tree.nodes[node].logProbability,
                score: score, alignments: alignments(of: node), isFinished: isFinished)
            return (node, hypothesis)
        }
    }
}

/// All partial hypotheses of a beam search, as a tree.
public struct BeamTree: Sendable {
    /// A partial hypothesis: its parent's tokens and one more.
    public struct Node: Equatable, Sendable {
        /// The index of the parent; `nil` at the first token.
        public let parent: Int?
        /// The last token.
        public let token: Int32
        /// The log-probability of all tokens so far.
        public let logProbability: Float
        /// The number of tokens.
        public let length: Int
        /// Whether the last token is the end.
        public let isEnd: Bool
    }

    /// All nodes; parents come before their children.
    public internal(set) var nodes: [Node] = []
    /// The last node of each hypothesis that was returned, the best first.
    public internal(set) var ends: [Int] = []

    /// The nodes from the first token to the given one.
    public func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }
}

/// Records the trees of a beam search, one for each sequence.
public final class BeamRecorder {
    /// The trees, in the order of the sequences.
    public internal(set) var trees: [BeamTree] = []

    /// An empty recorder.
    public init() {}
}
