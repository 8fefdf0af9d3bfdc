import Foundation
import Gradus
import GradusData

/// A vocabulary file of tensorflow/nmt: a word a line, the first three `<unk>`, `<s>` and `</s>`.
public struct VocabularyFile: Sendable {
    /// The vocabulary, which begins with ``SpecialToken/all``.
    public let vocabulary: Vocabulary<String>
    /// What was corrected, with file and line; `nil` when nothing was.
    public let warning: String?

    /// Reads the vocabulary at `path`, plain or compressed with gzip.
    ///
    /// Missing special words are added, as nmt does, and ``warning`` mentions it.
    ///
    /// - Throws: `FileError` with file and line when a line is empty, holds a blank, repeats a word, or is not UTF-8.
    public init(_ path: String) throws {
        let words = try TextLines(path).lines
        guard !words.isEmpty else { throw FileError(path: path, problem: "is empty", advice: Self.advice) }
        var lines: [ByteString: Int] = [:]
        for (index, word) in words.enumerated() {
            let position = "\(path):\(index + 1)"
            if word.isEmpty || word.contains(where: \.isWhitespace) {
                let what = word.isEmpty ? "an empty line" : "a blank in \"\(word.prefix(40))\""
                throw FileError(path: position, problem: "\(what)", advice: Self.advice)
            }
            if let first = lines.updateValue(index + 1, forKey: word.key) {
                throw FileError(
                    path: position, problem: "repeats \"\(word)\" of line \(first)", advice: Self.advice)
            }
        }
        let nmt = Array(SpecialToken.all.dropFirst())
        let isComplete = Array(words.prefix(3)) == nmt || Array(words.prefix(4)) == SpecialToken.all
        warning =
            isComplete
            ? nil
            : "\(path):1: begins with \"\(words[0])\", expected the lines \(nmt.joined(separator: ", ")); "
                + "they were added"
        vocabulary = Vocabulary(SpecialToken.all + words.filter { !SpecialToken.all.contains($0) }, unknown: "<unk>")!
    }

    private static let advice = "A vocabulary has one word a line, each once, first <unk>, <s> and </s>."

    /// Writes a vocabulary for ``init(_:)`` and for nmt, without the padding token, which nmt lacks.
    ///
    /// - Throws: `FileError`.
    /// - Traps: when the special words of `vocabulary` are not in their positions.
    public static func write(_ vocabulary: Vocabulary<String>, to path: String) throws {
        check(vocabulary.isForTranslation, "VocabularyFile: \(SpecialToken.all) must come first")
        let text = vocabulary.tokens.dropFirst().joined(separator: "\n") + "\n"
        try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: path))
    }
}
