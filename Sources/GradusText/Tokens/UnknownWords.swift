import Gradus

/// The words of sentences to translate that a vocabulary lacks.
public struct UnknownWords: Sendable {
    private var (sentences, affected) = (0, 0)
    private var words: [String] = []
    private var seen: Set<ByteString> = []

    /// None yet.
    public init() {}

    /// The tokens of a sentence; one that is known in small letters only is replaced by these.
    public mutating func replaced(_ tokens: [String], in vocabulary: Vocabulary<String>) -> [String] {
        sentences += 1
        affected += tokens.allSatisfy(vocabulary.contains) ? 0 : 1
        return tokens.map { token in
            if vocabulary.contains(token) { return token }
            let small = token.lowercasedInContext()
            let isKnown = vocabulary.contains(small)
            if seen.count < 10_000 && seen.insert(token.key).inserted {
                words.append(isKnown ? "“\(token)” (read as “\(small)”)" : "“\(token)”")
            }
            return isKnown ? small : token
        }
    }

    /// What people should know; nil when all words are known.
    public var remark: String? {
        guard !words.isEmpty else { return nil }
        let list = words.prefix(10).joined(separator: ", ") + (words.count > 10 ? " and \(words.count - 10) more" : "")
        return (sentences == 1 ? "" : "\(affected) of \(sentences) sentences have ")
            + "words that the network has not learned: \(list)"
    }
}
