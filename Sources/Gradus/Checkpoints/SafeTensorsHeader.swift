/// One tensor's line in the header of a safetensors file.
struct TensorEntry {
    let name: String
    let type: String
    let shape: [Int]
    /// The first byte and the one behind the last, counted from the header's end.
    let place: Range<Int>
}

/// The header of a safetensors file: a JSON object of tensors, and of texts under `__metadata__`.
///
/// JSON decoders keep one of two equal keys without a word and take 2.0 for 2; the format allows neither. Names are compared by
/// their bytes, and are refused when only their Unicode forms differ: a Swift dictionary would keep one of them.
struct SafeTensorsHeader {
    private(set) var entries: [TensorEntry] = []
    private(set) var metadata: [String: String] = [:]

    /// The format's own bound, which keeps what is built from it small.
    static let largestLength = 100_000_000

    /// - Throws: ``HeaderProblem`` with the place at which the header is not what it should be.
    init(_ bytes: some Collection<UInt8>) throws(HeaderProblem) {
        var scanner = HeaderScanner(bytes: Array(bytes))
        var names: [String: [UInt8]] = [:]
        var hasMetadata = false
        try scanner.object { (scanner, key) throws(HeaderProblem) in
            if key.utf8.elementsEqual("__metadata__".utf8) {
                guard !hasMetadata else { throw scanner.problem("has __metadata__ twice") }
                hasMetadata = true
                metadata = try scanner.texts()
            } else {
                let exact = Array(key.utf8)
                if let other = names.updateValue(exact, forKey: key) {
                    throw scanner.problem(
                        other == exact
                            ? "has two tensors called \"\(key)\""
                            : "has two tensors called \"\(key)\" in two Unicode forms, which are not told apart")
                }
                entries.append(try scanner.entry(key))
            }
        }
        try scanner.end()
    }
}

/// What is wrong with a header, and at which of its bytes.
struct HeaderProblem: Error {
    let offset: Int
    let words: String
}

/// Reads the JSON of a header from front to back.
private struct HeaderScanner {
    let bytes: [UInt8]
    var offset = 0
    private var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    func problem(_ words: String) -> HeaderProblem { HeaderProblem(offset: offset, words: words) }

    private mutating func skipBlanks() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    /// The next byte that is no blank.
    private mutating func next() -> UInt8? {
        skipBlanks()
        return offset < bytes.count ? bytes[offset] : nil
    }

    private mutating func take(_ letter: Unicode.Scalar, _ what: String) throws(HeaderProblem) {
        guard next() == UInt8(ascii: letter) else { throw problem("should have \(what) there") }
        offset += 1
    }

    private mutating func took(_ letter: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: letter) else { return false }
        offset += 1
        return true
    }

    private mutating func took(word: String) -> Bool {
        skipBlanks()
        guard bytes[offset...].starts(with: word.utf8) else { return false }
        offset += word.utf8.count
        return true
    }

    /// Nothing but blanks may follow.
    mutating func end() throws(HeaderProblem) {
        guard next() == nil else { throw problem("continues after its last brace") }
    }

    /// Calls `body` behind each key and its colon.
    mutating func object(_ body: (inout HeaderScanner, String) throws(HeaderProblem) -> Void) throws(HeaderProblem) {
        try take("{", "the brace of an object")
        if took("}") { return }
        repeat {
            let key = try text()
            try take(":", "a colon")
            try body(&self, key)
        } while took(",")
        try take("}", "a comma or a closing brace")
    }

    /// Calls `body` at each element.
    private mutating func array(_ body: (inout HeaderScanner) throws(HeaderProblem) -> Void) throws(HeaderProblem) {
        try take("[", "a list")
        if took("]") { return }
        repeat { try body(&self) } while took(",")
        try take("]", "a comma or a closing bracket")
    }

    /// An object of texts, or `null` for none.
    mutating func texts() throws(HeaderProblem) -> [String: String] {
        if took(word: "null") { return [:] }
        var texts: [String: String] = [:]
        try object { (scanner, key) throws(HeaderProblem) in
            let text = try scanner.text()
            guard texts.updateValue(text, forKey: key) == nil else {
                throw scanner.problem("has the text \"\(key)\" twice")
            }
        }
        return texts
    }

    mutating func entry(_ name: String) throws(HeaderProblem) -> TensorEntry {
        var (type, shape, place): (String?, [Int]?, [Int]?)
        try object { (scanner, key) throws(HeaderProblem) in
            let isRepeated: Bool
            switch key {
            case "dtype":
                isRepeated = type != nil
                type = try scanner.text()
            case "shape":
                isRepeated = shape != nil
                shape = try scanner.integers()
            case "data_offsets":
                isRepeated = place != nil
                place = try scanner.integers()
            default:
                isRepeated = false
                try scanner.skipValue()
            }
            if isRepeated { throw scanner.problem("says \(key) of \"\(name)\" twice") }
        }
        guard let type, let shape, let place else {
            throw problem("does not say dtype, shape and data_offsets of \"\(name)\"")
        }
        guard place.count == 2, place[0] <= place[1] else {
            throw problem("gives \"\(name)\" the impossible place \(place)")
        }
        return TensorEntry(name: name, type: type, shape: shape, place: place[0]..<place[1])
    }

    private mutating func integers() throws(HeaderProblem) -> [Int] {
        var integers: [Int] = []
        try array { (scanner) throws(HeaderProblem) in integers.append(try scanner.integer()) }
        return integers
    }

    /// Digits without sign, fraction and exponent.
    private mutating func integer() throws(HeaderProblem) -> Int {
        skipBlanks()
        let start = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        let digits = bytes[start..<offset]
        let follows = offset < bytes.count ? bytes[offset] : 0
        guard let value = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30,
            !".eE".utf8.contains(follows)
        else {
            offset = start
            throw problem("should have a whole number from 0 to \(Int.max) there, in digits")
        }
        return value
    }

    private mutating func text() throws(HeaderProblem) -> String {
        try take("\"", "a text in quotes")
        let start = offset
        var content: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            guard bytes[offset] >= 0x20 else { throw problem("has a control character in a text") }
            if bytes[offset] == UInt8(ascii: "\\") {
                content += try escaped()
            } else {
                content.append(bytes[offset])
                offset += 1
            }
        }
        guard offset < bytes.count else { throw problem("ends within a text") }
        guard let text = String(validating: content, as: UTF8.self) else {
            offset = start
            throw problem("has a text that is not UTF-8")
        }
        offset += 1
        return text
    }

    /// The bytes that an escape stands for.
    private mutating func escaped() throws(HeaderProblem) -> [UInt8] {
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9,
        ]
        guard offset + 1 < bytes.count else { throw problem("ends within a text") }
        if let byte = plain[bytes[offset + 1]] {
            offset += 2
            return [byte]
        }
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]) { units.append(try codeUnit()) }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw problem("has half a character in a text")
        }
        return Array(text.utf8)
    }

    private mutating func codeUnit() throws(HeaderProblem) -> UInt16 {
        let digits = bytes[offset...].dropFirst(2).prefix(4)
        guard bytes[offset...].starts(with: "\\u".utf8), digits.count == 4,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw problem("has an unknown escape in a text") }
        offset += 6
        return unit
    }

    /// A value that the format does not know.
    private mutating func skipValue() throws(HeaderProblem) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw problem("is nested more than 100 times") }
        switch next() {
        case UInt8(ascii: "{"): try object { (scanner, _) throws(HeaderProblem) in try scanner.skipValue() }
        case UInt8(ascii: "["): try array { (scanner) throws(HeaderProblem) in try scanner.skipValue() }
        case UInt8(ascii: "\""): _ = try text()
        default:
            if took(word: "null") || took(word: "true") || took(word: "false") { return }
            let start = offset
            while offset < bytes.count, "+-.0123456789eE".utf8.contains(bytes[offset]) { offset += 1 }
            let number = String(decoding: bytes[start..<offset], as: UTF8.self)
            guard number.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
                throw problem("should have a value there")
            }
        }
    }
}
