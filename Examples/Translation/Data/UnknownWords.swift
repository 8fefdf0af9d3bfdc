import Gradus
import GradusText

/// The words of sentences to translate that a network does not know.
struct UnknownWords {
    private var sentences = 0
    private var unknown = 0
    /// Each word once, in the order in which they were met, with what to say about it.
    private var words: [String] = []
    private var seen: Set<ByteString> = []

    /// Notes those of a sentence.
    mutating func note(_ tokens: [String], in vocabulary: Vocabulary<String>) {
        sentences += 1
        let missing = tokens.filter { !vocabulary.contains($0) }
        unknown += missing.isEmpty ? 0 : 1
        for word in missing where seen.count < 10_000 && seen.insert(word.key).inserted {
            let small = word.lowercasedInContext()
            words.append(vocabulary.contains(small) ? "“\(word)” (“\(small)” is known)" : "“\(word)”")
        }
    }

    /// What a reader should know; `nil` when all words are known.
    var remark: String? {
        guard !words.isEmpty else { return nil }
        let list = words.prefix(10).joined(separator: ", ") + (words.count > 10 ? " and \(words.count - 10) more" : "")
        return (sentences == 1 ? "" : "\(unknown) of \(sentences) sentences have ")
            + "words that the network has not learned: \(list)"
    }
}
