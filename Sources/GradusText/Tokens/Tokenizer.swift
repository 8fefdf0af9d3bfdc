import Gradus

/// Cuts sentences into words and punctuation marks.
///
/// A token is a run of letters, digits and underscores, or any other single character except white space: the regular
/// expression `\w+|[^\w\s]`. Each ideograph is a token, because Chinese and Japanese write no spaces between words.
public struct Tokenizer: Equatable, Sendable {
    /// Whether the text is lowercased first.
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

    /// The tokens of an ASCII text, which most text is, by a much faster path; `nil` for other texts.
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

    /// Whether it is a Chinese character, also in Japanese or Korean text.
    var isIdeograph: Bool {
        unicodeScalars.first.map { $0.value > 0x2FFF && $0.properties.isIdeographic } == true
    }
}

extension StringProtocol {
    /// The runs between white space: spaces of any width, tabs, line ends and the other characters at which Python's
    /// `str.split()`, and with it sacrebleu, splits.
    public var blankSeparated: [String] { chunks.map(String.init) }

    /// The same as substrings. White space is matched as code points: next to a combining mark or a prepended sign it is part
    /// of a longer character.
    var chunks: [Substring] {
        String(self).unicodeScalars.split { scalar in
            // Unicode's tables are slow, and most text is ASCII.
            scalar.value < 128 ? UInt8(scalar.value).isBlank : scalar.properties.isWhitespace
        }.map { Substring($0) }
    }

    /// The words and punctuation marks of a text: runs of letters, digits, marks and underscores, and every other
    /// character except white space.
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

extension Tokenizer {
    /// Tokens joined to a sentence, with spaces where writers put them.
    ///
    /// Closing marks attach to the word before them and opening marks to the word after; apostrophes and hyphens join both;
    /// straight quotation marks open and close in turn; ideographs have no spaces between them.
    public func text(of tokens: some Sequence<String>) -> String {
        var text = ""
        var last: String?
        var isQuoting = false
        for token in tokens {
            if let last, needsBlank(last, token, isQuoting) { text += " " }
            if token == "\"" { isQuoting.toggle() }
            text += token
            last = token
        }
        return text
    }

    private func needsBlank(_ left: String, _ right: String, _ isQuoting: Bool) -> Bool {
        if Self.joining.contains(left) || Self.joining.contains(right) { return false }
        if Self.opening.contains(left) || Self.closing.contains(right) { return false }
        if right == "\"" && isQuoting || left == "\"" && isQuoting { return false }
        return left.last?.isIdeograph != true || right.first?.isIdeograph != true
    }

    private static let joining: Set = ["'", "’", "-"]
    private static let opening: Set = ["(", "[", "{", "¿", "¡", "„", "“"]
    private static let closing: Set = [
        ".", ",", ";", ":", "!", "?", ")", "]", "}", "%", "…", "”", "。", "，", "！", "？", "、",
    ]
}

extension StringProtocol {
    /// The text in lowercase by Unicode's rules for whole texts (chapter 3.13), as Python's `str.lower()` has it: a capital
    /// sigma at the end of a word becomes ς, where `lowercased()` writes σ.
    public func lowercasedInContext() -> String { String(self).loweredInContext() }
}

extension String {
    fileprivate func loweredInContext() -> String {
        // Both bytes of Σ are rare in text without it, and the search for the first is fast.
        guard utf8.contains(0xCE), unicodeScalars.contains(capitalSigma) else { return lowercased() }
        let scalars = Array(unicodeScalars)
        var result = String.UnicodeScalarView()
        for (position, scalar) in scalars.enumerated() {
            if scalar == capitalSigma && scalars.endsWord(at: position) {
                result.append("ς")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(result)
    }
}

private let capitalSigma: Unicode.Scalar = "Σ"

extension [Unicode.Scalar] {
    /// Unicode's condition Final_Sigma: a cased letter before it and none after it, not counting the points, apostrophes and
    /// accents in between, which have no case.
    fileprivate func endsWord(at position: Int) -> Bool {
        guard let before = self[..<position].last(where: { !$0.properties.isCaseIgnorable }), before.properties.isCased
        else {
            return false
        }
        return self[(position + 1)...].first { !$0.properties.isCaseIgnorable }?.properties.isCased != true
    }
}
