import Gradus

/// Cuts sentences into words and punctuation marks.
///
/// A token is a run of letters, digits and underscores, or any other character that is no blank, alone: the regular
/// expression `\w+|[^\w\s]`. Ideographs are tokens each, because Chinese and Japanese write no blanks between words.
public struct Tokenizer: Equatable, Sendable {
    /// Whether letters are made small first.
    public let lowercased: Bool

    /// A tokenizer.
    public init(lowercased: Bool = true) { self.lowercased = lowercased }

    /// The tokens of a sentence.
    public func tokens(of sentence: some StringProtocol) -> [String] {
        tokens(of: sentence, ideographsAlone: true)
    }

    func tokens(of sentence: some StringProtocol, ideographsAlone: Bool) -> [String] {
        let text = lowercased ? String(sentence).lowercasedInContext() : String(sentence)
        return asciiTokens(text)
            ?? text.chunks.flatMap { asciiTokens(String($0)) ?? characterTokens($0, ideographsAlone) }
    }

    /// The tokens of a text of bytes below 128 only, which is most text and read much faster; else `nil`.
    private func asciiTokens(_ text: String) -> [String]? {
        var copy = text
        return copy.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 128 }) else { return nil }
            var found: [String] = []
            var start = 0
            for (position, byte) in bytes.enumerated() where !byte.isWordPart {
                if start < position { found.append(String(decoding: bytes[start..<position], as: UTF8.self)) }
                if !byte.isBlank { found.append(String(UnicodeScalar(byte))) }
                start = position + 1
            }
            if start < bytes.count { found.append(String(decoding: bytes[start...], as: UTF8.self)) }
            return found
        }
    }

    private func characterTokens(_ text: Substring, _ ideographsAlone: Bool) -> [String] {
        var found: [String] = []
        var start = text.startIndex
        var position = start
        while position < text.endIndex {
            let character = text[position]
            let next = text.index(after: position)
            if ideographsAlone && character.isIdeograph || !character.isWordPart {
                if start < position { found.append(String(text[start..<position])) }
                found.append(String(character))
                start = next
            }
            position = next
        }
        return start < position ? found + [String(text[start..<position])] : found
    }
}

extension UInt8 {
    fileprivate var isWordPart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether it is white space; see ``StringProtocol/chunks``.
    var isBlank: Bool { self == 32 || (9...13).contains(self) || (28...31).contains(self) }
}

extension Character {
    /// Whether it is a letter, a digit or an underscore.
    var isWordPart: Bool { asciiValue.map(\.isWordPart) ?? (isLetter || isNumber) }

    /// Whether it is a Chinese character, in whatever language.
    var isIdeograph: Bool {
        unicodeScalars.first.map { $0.value > 0x2FFF && $0.properties.isIdeographic } == true
    }
}

extension StringProtocol {
    /// The runs between white space: blanks of any width, tabs, line ends and the other characters at which Python's
    /// `str.split()` cuts, and with it sacrebleu.
    public var blankSeparated: [String] { chunks.map(String.init) }

    /// The same, as parts of the text. White space is looked for among code points: with a mark behind it, or one of the
    /// few signs that belong to what follows before it, it is no character of its own.
    var chunks: [Substring] {
        String(self).unicodeScalars.split { scalar in
            // Unicode's tables are slow, and most text is ASCII.
            scalar.value < 128 ? UInt8(scalar.value).isBlank : scalar.properties.isWhitespace
        }.map { Substring($0) }
    }

    /// The words and punctuation marks of a text: runs of letters, digits, marks and underscores, and every other
    /// character that is no blank by itself.
    public var words: [String] {
        Tokenizer(lowercased: false).tokens(of: self, ideographsAlone: false)
    }
}

/// How often each word occurs.
func wordCounts(of sentences: some Sequence<[String]>) -> [ByteString: Int] {
    var counts: [ByteString: Int] = [:]
    for sentence in sentences { for word in sentence { counts[word.key, default: 0] += 1 } }
    return counts
}
