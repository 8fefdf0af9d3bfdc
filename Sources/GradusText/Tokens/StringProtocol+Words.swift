import Gradus

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
