/// Alphabets: vocabularies of whole characters as readers see them (Unicode's extended grapheme clusters), so that an
/// accent stays with its letter and an emoji of several parts is one token.
///
/// Characters that Unicode holds to be the same, as é in one piece and e followed by an accent, are one token; decoding
/// gives the form that the text had first.
extension Vocabulary where Token == Character {
    /// Stands for characters that an alphabet does not have: U+FFFD.
    public static var replacement: Character { "\u{FFFD}" }

    /// The characters of a text, in Unicode's order.
    ///
    /// - Parameters:
    ///   - minimumCount: characters that are rarer are left to ``replacement``, which is then one of the alphabet.
    ///   - hasUnknown: whether the alphabet has ``replacement`` even if no character of the text needs it.
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
    /// A line end that the alphabet does not have is read as one that it has: LF, CR LF or CR, the first of them.
    ///
    /// - Throws: ``UnknownTokens`` when a character is not known and none stands for it.
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

    /// The text that the numbers stand for.
    ///
    /// - Traps: when a number is none of the alphabet.
    public func decode(_ numbers: some Sequence<Int32>) -> String { String(numbers.map { self[$0] }) }
}

extension Character {
    /// The one byte of a character that is a single ASCII one; a line end of two is not.
    fileprivate var singleByte: Int? {
        var bytes = utf8.makeIterator()
        guard let first = bytes.next(), first < 128, bytes.next() == nil else { return nil }
        return Int(first)
    }
}
