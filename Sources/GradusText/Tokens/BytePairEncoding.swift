import Foundation
import Gradus
import GradusData
import Synchronization

/// Words split into frequent pieces, so that a small vocabulary can write every word (Sennrich, Haddow & Birch 2016).
///
/// Learned by repeatedly joining the most frequent pair of neighbors; applied by joining in the same order.
/// The rules, and the file, are those of subword-nmt 0.2: characters are Unicode's code points, the last one of a word
/// carries `</w>`, and of equally frequent pairs the greater one is joined first. A piece that does not end its word has the
/// suffix `@@`.
public struct BytePairEncoding: Sendable {
    /// Two neighbors that become one; equal to another when their bytes are.
    public struct Merge: Hashable, Sendable {
        private let first: ByteString
        private let second: ByteString
        /// The left one.
        public var left: String { first.text }
        /// The right one.
        public var right: String { second.text }

        /// A pair.
        public init(_ left: String, _ right: String) { (first, second) = (left.key, right.key) }
    }

    /// The merges, in the order in which they are applied.
    public let merges: [Merge]
    private let numbers: TokenNumbers
    private let joins: [TokenPair: (rank: Int, joined: Int32)]
    private let cache = PieceCache()

    /// An encoding with the given merges; of a repeated pair the first one counts.
    public init(merges: [Merge]) {
        var numbers = TokenNumbers()
        var joins: [TokenPair: (rank: Int, joined: Int32)] = [:]
        for (rank, merge) in merges.enumerated() {
            let pair = TokenPair(numbers.number(of: merge.left), numbers.number(of: merge.right))
            if joins[pair] == nil { joins[pair] = (rank, numbers.number(of: merge.left + merge.right)) }
        }
        (self.merges, self.numbers, self.joins) = (merges, numbers, joins)
    }

    /// The pieces of a word.
    public func pieces(of word: String) -> [String] {
        if let known = cache[word] { return known }
        // `ends` has the index after each token's last code point; tokens that occur in no merge are −1.
        var tokens = Self.tokens(of: word).map { numbers.known($0) ?? -1 }
        var ends = Array(word.unicodeScalars.indices.dropFirst()) + [word.endIndex]
        while let best = bestJoin(tokens) { join(best, &tokens, &ends) }
        var start = word.startIndex
        let pieces = tokens.indices.map { index in
            let piece = String(word.unicodeScalars[start..<ends[index]])
            start = ends[index]
            return index + 1 < tokens.count ? piece + Self.mark : piece
        }
        cache[word] = pieces
        return pieces
    }

    /// The pieces of a sentence's words.
    public func apply(_ words: some Sequence<String>) -> [String] { words.flatMap(pieces) }

    /// The words of the pieces.
    public static func undo(_ pieces: some Sequence<String>) -> [String] {
        var words: [String] = []
        var beginning = ""
        for piece in pieces {
            if isContinued(piece) {
                beginning += String(Substring(piece.unicodeScalars.dropLast(mark.unicodeScalars.count)))
            } else {
                words.append(beginning + piece)
                beginning = ""
            }
        }
        // A translation may end within a word.
        return beginning.isEmpty ? words : words + [beginning]
    }

    /// Whether a piece does not end its word.
    public static func isContinued(_ piece: String) -> Bool {
        piece.utf8.suffix(mark.utf8.count).elementsEqual(mark.utf8)
    }

    /// The suffix of a piece that does not end its word.
    static let mark = "@@"
    static let end = "</w>"

    static func tokens(of word: String) -> [String] {
        let scalars = word.unicodeScalars.map { String($0) }
        guard let last = scalars.last else { return [] }
        return scalars.dropLast() + [last + end]
    }

    private func bestJoin(_ tokens: [Int32]) -> (pair: TokenPair, rank: Int, joined: Int32)? {
        var best: (pair: TokenPair, rank: Int, joined: Int32)?
        for index in tokens.indices.dropLast() {
            let pair = TokenPair(tokens[index], tokens[index + 1])
            if let join = joins[pair], join.rank < best?.rank ?? .max { best = (pair, join.rank, join.joined) }
        }
        return best
    }

    /// Joins all occurrences of a pair, from the left.
    private func join(
        _ join: (pair: TokenPair, rank: Int, joined: Int32), _ tokens: inout [Int32], _ ends: inout [String.Index]
    ) {
        var (kept, index) = (0, 0)
        while index < tokens.count {
            let isPair =
                index + 1 < tokens.count && tokens[index] == join.pair.left && tokens[index + 1] == join.pair.right
            (tokens[kept], ends[kept]) = isPair ? (join.joined, ends[index + 1]) : (tokens[index], ends[index])
            (kept, index) = (kept + 1, index + (isPair ? 2 : 1))
        }
        tokens.removeLast(tokens.count - kept)
        ends.removeLast(ends.count - kept)
    }
}

extension BytePairEncoding {
    /// Reads merges as subword-nmt writes them: a line with the version, then a pair a line.
    ///
    /// - Throws: `FileError` with file and line.
    public init(_ path: String) throws {
        let lines = try TextLines(path).lines
        let first = lines.first?.utf8.starts(with: "#version:".utf8) == true ? 1 : 0
        if first == 1, lines[0].blankSeparated.joined() != "#version:0.2" {
            throw FileError(
                path: "\(path):1", problem: "\"\(lines[0])\" is not version 0.2", advice: "Learn the merges again.")
        }
        let merges = try lines[first...].enumerated().map { index, line in
            let tokens = line.pieces(between: " ")
            guard tokens.count == 2, tokens.allSatisfy({ !$0.isEmpty }) else {
                throw FileError(
                    path: "\(path):\(first + index + 1)", problem: "expected two tokens, got \"\(line.prefix(60))\"",
                    advice: "Merges are a pair a line, as subword-nmt writes them.")
            }
            return Merge(tokens[0], tokens[1])
        }
        self.init(merges: merges)
    }

    /// Writes the merges for ``init(_:)`` and for subword-nmt.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        let lines = ["#version: 0.2"] + merges.map { "\($0.left) \($0.right)" }
        try AtomicFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: URL(fileURLWithPath: path))
    }
}

/// Tokens, numbered in the order of their first occurrence.
struct TokenNumbers: Sendable {
    private(set) var tokens: [ByteString] = []
    private var numbers: [ByteString: Int32] = [:]

    /// The number of a token, which is added if it is new.
    mutating func number(of token: String) -> Int32 {
        if let number = numbers[token.key] { return number }
        let number = Int32(tokens.count)
        numbers[token.key] = number
        tokens.append(token.key)
        return number
    }

    func known(_ token: String) -> Int32? { numbers[token.key] }
}

/// The numbers of two neighboring tokens.
struct TokenPair: Hashable, Sendable {
    let left: Int32
    let right: Int32

    init(_ left: Int32, _ right: Int32) { (self.left, self.right) = (left, right) }
}

/// The pieces of words that were split before.
private final class PieceCache: Sendable {
    private let known = Mutex<[ByteString: [String]]>([:])

    subscript(word: String) -> [String]? {
        get { known.withLock { $0[word.key] } }
        set {
            known.withLock { known in
                // A text can have any number of different words: each numeral is one.
                if known.count >= 1 << 20 { known = [:] }
                known[word.key] = newValue
            }
        }
    }
}
