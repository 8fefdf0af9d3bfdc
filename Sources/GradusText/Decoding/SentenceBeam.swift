import Gradus

/// The beginnings of one sentence's translations.
struct SentenceBeam {
    private let sourceLength: Int
    private let maximumLength: Int
    private let options: SearchOptions
    private(set) var nodes: [BeamTree.Node] = []
    /// What each node looked at when its word was chosen.
    private var looks: [[Float]] = []
    private var length = 0
    private var finished: [(node: Int, score: Float)] = []
    /// The nodes that go on; `nil` stands for the empty beginning.
    private(set) var live: [Int?] = [nil]

    init(sourceLength: Int, _ options: SearchOptions) {
        (self.sourceLength, self.options) = (sourceLength, options)
        maximumLength = options.maximumLength(source: sourceLength)
    }

    /// Whether nothing is left to go on with.
    var isDone: Bool { length == maximumLength || live.isEmpty || isDecided }

    /// One step.
    ///
    /// - Parameters:
    ///   - continuations: the likeliest words after each of ``live``.
    ///   - looks: what each of ``live`` has looked at.
    /// - Returns: for each of the new ``live`` which old one it goes on from, and with which word; none when that was the last step.
    mutating func advance(
        _ continuations: ArraySlice<[(word: Int32, logProbability: Float)]>, _ looks: ArraySlice<[Float]>?
    ) -> [(row: Int, word: Int32)] {
        var candidates: [(row: Int, word: Int32, logProbability: Float)] = []
        for (row, words) in continuations.enumerated() {
            let base = live[row].map { nodes[$0].logProbability } ?? 0
            candidates += words.map { (row, $0.word, base + $0.logProbability) }
        }
        candidates.sort {
            $0.logProbability != $1.logProbability ? $0.logProbability > $1.logProbability : $0.row < $1.row
        }
        var kept: [(row: Int, word: Int32)] = []
        var next: [Int?] = []
        length += 1
        for (rank, candidate) in candidates.enumerated() where next.count < options.width {
            let isEnd = candidate.word == options.end
            if isEnd && rank >= options.width { continue }
            let node = nodes.count
            nodes.append(
                BeamTree.Node(
                    parent: live[candidate.row], word: candidate.word, logProbability: candidate.logProbability,
                    length: length, isEnd: isEnd))
            if let looks { self.looks.append(Array(looks[looks.startIndex + candidate.row].prefix(sourceLength))) }
            if isEnd {
                finished.append((node, score(of: node)))
            } else {
                next.append(node)
                kept.append((candidate.row, candidate.word))
            }
        }
        live = next
        return isDone ? [] : kept
    }

    /// Whether no beginning can become better than the worst translation that is kept: its probability only falls, and the
    /// length factor is at most that of the greatest length.
    private var isDecided: Bool {
        guard finished.count >= options.width, let best = live.first ?? nil else { return false }
        let worst = finished.map(\.score).sorted(by: >)[options.width - 1]
        return nodes[best].logProbability / options.lengthFactor(maximumLength + 1) <= worst
    }

    private func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }

    private func alignments(of node: Int) -> [[Float]]? {
        looks.isEmpty ? nil : path(to: node).map { looks[$0] }
    }

    private func score(of node: Int) -> Float {
        options.score(nodes[node].logProbability, length: nodes[node].length, alignments: alignments(of: node))
    }

    /// The best translations, each with the node that it ends in.
    func hypotheses() -> [(node: Int, hypothesis: Hypothesis)] {
        let cut = live.compactMap { $0 }.map { (node: $0, score: score(of: $0)) }
        let ordered = [finished, cut].flatMap { $0.sorted { $0.score > $1.score } }
        return ordered.prefix(options.width).map { node, score in
            let words = path(to: node).map { nodes[$0].word }
            let isFinished = nodes[node].isEnd
            let hypothesis = Hypothesis(
                words: isFinished ? words.dropLast() : words, logProbability: nodes[node].logProbability, score: score,
                alignments: alignments(of: node), isFinished: isFinished)
            return (node, hypothesis)
        }
    }

    func tree(endingIn ends: [Int]) -> BeamTree {
        var tree = BeamTree()
        (tree.nodes, tree.ends) = (nodes, ends)
        return tree
    }
}
