/// Alphabets: vocabularies of characters as readers see them (Unicode's extended grapheme clusters), so that an accent
/// stays with its letter and an emoji of several parts is one token.
///
/// Canonically equivalent characters, as é and e followed by an accent, are one token; decoding gives the form that occurs
/// first in the text.
extension Vocabulary where Token == Character {
    /// The token for unknown characters, U+FFFD.
    public static var replacement: Character { "\u{FFFD}" }

    /// The characters of a text, in Unicode's order.
    ///
    /// - Parameters:
    ///   - minimumCount: rarer characters become ``replacement``, which the alphabet then contains.
    ///   - hasUnknown: whether the alphabet contains ``replacement`` even if no character of the text needs it.
    public init(charactersOf text: String, minimumCount: Int = 1, hasUnknown: Bool = false) {
        var counts: [Character: Int] = [:]
        var ascii = [Int](repeating: 0, count: 128)
        for character in text {
            if let byte = character.singleByte { ascii[byte] += 1 } else { counts[character, default: 0] += 1 }
        }
        for (byte, count) in ascii.enumerated() where count > 0 {
            counts[Character(UnicodeScalar(UInt8(byte)))] = count
        }
        let kept = counts.filter { $0.value >= minimumCount && $0.key != Self.replacement }.keys.sorted()
        let needsUnknown = hasUnknown || kept.count < counts.count
        self.init(kept + (needsUnknown ? [Self.replacement] : []), unknown: needsUnknown ? Self.replacement : nil)!
    }

    /// The numbers of a text's characters.
    ///
    /// A line end that is not in the alphabet is read as one that is: the first of LF, CR LF and CR.
    ///
    /// - Throws: ``UnknownTokens`` when a character is unknown and the alphabet has none for unknown ones.
    public func encode(_ text: String) throws -> [Int32] {
        // Most text is mostly ASCII, where a table is much faster than a dictionary of characters.
        var ascii = (0..<128).map { number(of: Character(UnicodeScalar(UInt8($0)))) ?? -1 }
        let lineEnds: [Character] = ["\n", "\r\n", "\r"]
        let lineEnd = lineEnds.first(where: contains).flatMap(number)
        for (byte, end) in [(10, lineEnds[0]), (13, lineEnds[2])] where !contains(end) {
            ascii[byte] = lineEnd ?? ascii[byte]
        }
        let pair = contains(lineEnds[1]) ? nil : lineEnd
        var result: [Int32] = []
        result.reserveCapacity(text.utf8.count)
        for character in text {
            if let byte = character.singleByte, ascii[byte] >= 0 {
                result.append(ascii[byte])
            } else if let pair, character == lineEnds[1] {
                result.append(pair)
            } else if let number = number(of: character) {
                result.append(number)
            } else {
                _ = try numbers(of: text)  // names them all
            }
        }
        return result
    }

    /// The text with the given numbers.
    ///
    /// - Traps: when a number is outside the alphabet.
    public func decode(_ numbers: some Sequence<Int32>) -> String { String(numbers.map { self[$0] }) }
}

extension Character {
    /// The byte of a single ASCII character; nil for CR LF, too.
    fileprivate var singleByte: Int? {
        var bytes = utf8.makeIterator()
        guard let first = bytes.next(), first < 128, bytes.next() == nil else { return nil }
        return Int(first)
    }
}
