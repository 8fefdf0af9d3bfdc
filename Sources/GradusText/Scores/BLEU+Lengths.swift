import Gradus

extension BLEU {
    /// Sentences of similar length, and their score.
    public struct LengthGroup: Equatable, Sendable {
        /// The numbers of words of the shortest and the longest source.
        public let lengths: ClosedRange<Int>
        /// The mean number of words of a source.
        public let meanLength: Double
        /// The number of sentences.
        public let count: Int
        /// Their BLEU together, 0 to 100.
        public let score: Double
    }

    /// The score by the length of the source: groups of `width` lengths each (1 to 5, 6 to 10, …), joined to the next where
    /// they have less than `least` sentences.
    ///
    /// - Traps: when there are not as many translations and references as sources.
    public static func byLength(
        sources: [[String]], hypotheses: [[String]], references: [[String]], width: Int = 5, atLeast least: Int = 20
    ) -> [LengthGroup] {
        check(
            sources.count == hypotheses.count && sources.count == references.count,
            "BLEU: \(sources.count) sources, \(hypotheses.count) translations, \(references.count) references")
        var groups: [[Int]] = []
        var bin = -1
        for position in sources.indices.sorted(by: { (sources[$0].count, $0) < (sources[$1].count, $1) }) {
            let wanted = max(0, sources[position].count - 1) / max(1, width)
            if let last = groups.last, wanted == bin || last.count < least {
                groups[groups.count - 1].append(position)
            } else {
                groups.append([position])
            }
            bin = wanted
        }
        if groups.count > 1 && groups[groups.count - 1].count < least {
            groups[groups.count - 2] += groups.removeLast()
        }
        return groups.map { group in
            let lengths = group.map { sources[$0].count }
            let bleu = corpus(hypotheses: group.map { hypotheses[$0] }, references: group.map { references[$0] })
            return LengthGroup(
                lengths: lengths.min()!...lengths.max()!,
                meanLength: Double(lengths.reduce(0, +)) / Double(lengths.count), count: group.count, score: bleu.score)
        }
    }
}
