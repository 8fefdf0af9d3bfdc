/// Tokenized pairs of sentences, without empty and very long ones.
public struct TokenPairs: Sendable {
    /// The pairs that were left out, and why.
    public struct LeftOut: Equatable, Sendable {
        /// How many pairs had a side without tokens.
        public var empty = 0
        /// The file and line of the first of them.
        public var firstEmpty: String?
        /// How many pairs had a side with too many tokens.
        public var long = 0
        /// The file, the line and the number of tokens of the first of them.
        public var firstLong: String?

        /// A sentence for each kind that occurred.
        public var descriptions: [String] {
            var found: [String] = []
            if let firstEmpty {
                found.append("\(pairs(empty)) with an empty line left out, the first at \(firstEmpty)")
            }
            if let firstLong { found.append("\(pairs(long)) with too long a line left out, the first at \(firstLong)") }
            return found
        }

        private func pairs(_ count: Int) -> String { count == 1 ? "1 pair" : "\(count) pairs" }
    }

    /// The tokens of each sentence.
    public var source: [[String]] = []
    /// The tokens of their translations.
    public var target: [[String]] = []
    /// The line of each pair, from 1.
    public var lines: [Int] = []
    /// What was left out.
    public var leftOut = LeftOut()

    /// The number of pairs.
    public var count: Int { source.count }

    /// No pairs.
    public init() {}

    /// The pairs of a text.
    ///
    /// - Parameters:
    ///   - maximumWords: the most tokens that a side may have.
    ///   - tokens: tokenizes a line, with a byte-pair encoding or without one.
    public init(_ text: ParallelText, maximumWords: Int = .max, tokens: (_ line: String) -> [String]) {
        self.init(text, maximumWords: maximumWords, source: tokens, target: tokens)
    }

    /// The pairs of a text whose sides are tokenized differently.
    public init(
        _ text: ParallelText, maximumWords: Int = .max, source sourceTokens: (_ line: String) -> [String],
        target targetTokens: (_ line: String) -> [String]
    ) {
        for index in 0..<text.count {
            let (words, translation) = (sourceTokens(text.source[index]), targetTokens(text.target[index]))
            let isSourceAtFault = words.isEmpty || words.count > maximumWords
            let position = "\(isSourceAtFault ? text.sourcePath : text.targetPath):\(text.lineNumbers[index])"
            if words.isEmpty || translation.isEmpty {
                leftOut.empty += 1
                leftOut.firstEmpty =
                    leftOut.firstEmpty
                    ?? "\(words.isEmpty ? text.sourcePath : text.targetPath):\(text.lineNumbers[index])"
            } else if max(words.count, translation.count) > maximumWords {
                leftOut.long += 1
                leftOut.firstLong =
                    leftOut.firstLong
                    ?? "\(position) (\(isSourceAtFault ? words.count : translation.count) tokens, \(maximumWords) allowed)"
            } else {
                source.append(words)
                target.append(translation)
                lines.append(text.lineNumbers[index])
            }
        }
    }
}
