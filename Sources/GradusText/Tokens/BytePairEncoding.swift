import Foundation
import Gradus
import GradusData
import Synchronization

/// Words cut into frequent pieces, so that a small vocabulary writes every word (Sennrich, Haddow & Birch 2016).
///
/// Learned by joining, again and again, the pair of neighbours that occurs most often; applied by joining in the same order.
/// The rules, and the file, are those of subword-nmt 0.2: characters are Unicode's code points, the last one of a word
/// carries `</w>`, and of equally frequent pairs the greater one is joined first. A piece that does not end its word is
/// written with `@@` behind.
public struct BytePairEncoding: Sendable {
    /// Two neighbours that become one.
    public struct Merge: Hashable, Sendable {
        /// The left one.
        public let left: String
        /// The right one.
        public let right: String

        /// A pair.
        public init(_ left: String, _ right: String) { (self.left, self.right) = (left, right) }
    }

    /// What is joined, in this order.
    public let merges: [Merge]
    private let ranks: [Merge: Int]
    private let cache = PieceCache()

    /// An encoding with the given merges; a pair that comes again counts where it came first.
    public init(merges: [Merge]) {
        self.merges = merges
        ranks = Dictionary(merges.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// The pieces of a word.
    public func pieces(of word: String) -> [String] {
        if let known = cache[word] { return known }
        var symbols = Self.symbols(of: word)
        while let best = bestMerge(symbols) { symbols = Self.merged(symbols, best) }
        let pieces = symbols.enumerated().map { index, symbol in
            index + 1 < symbols.count ? symbol + Self.mark : String(symbol.dropLast(Self.end.count))
        }
        cache[word] = pieces
        return pieces
    }

    /// The pieces of a sentence's words.
    public func apply(_ words: some Sequence<String>) -> [String] { words.flatMap(pieces) }

    /// The words that pieces were cut from.
    public static func undo(_ pieces: some Sequence<String>) -> [String] {
        var words: [String] = []
        var beginning = ""
        for piece in pieces {
            if piece.hasSuffix(mark) {
                beginning += piece.dropLast(mark.count)
            } else {
                words.append(beginning + piece)
                beginning = ""
            }
        }
        // A translation may break off within a word.
        return beginning.isEmpty ? words : words + [beginning]
    }

    /// What stands behind a piece that does not end its word.
    public static let mark = "@@"
    static let end = "</w>"

    static func symbols(of word: String) -> [String] {
        let scalars = word.unicodeScalars.map { String($0) }
        guard let last = scalars.last else { return [] }
        return scalars.dropLast() + [last + end]
    }

    private func bestMerge(_ symbols: [String]) -> Merge? {
        var best: (rank: Int, merge: Merge)?
        for index in symbols.indices.dropLast() {
            let merge = Merge(symbols[index], symbols[index + 1])
            if let rank = ranks[merge], rank < best?.rank ?? .max { best = (rank, merge) }
        }
        return best?.merge
    }

    private static func merged(_ symbols: [String], _ merge: Merge) -> [String] {
        var result: [String] = []
        var index = 0
        while index < symbols.count {
            if index + 1 < symbols.count && symbols[index] == merge.left && symbols[index + 1] == merge.right {
                result.append(merge.left + merge.right)
                index += 2
            } else {
                result.append(symbols[index])
                index += 1
            }
        }
        return result
    }
}

extension BytePairEncoding {
    /// Reads merges as subword-nmt writes them, a pair a line behind a line of the version.
    ///
    /// - Throws: `DataFileError` with file and line.
    public init(_ path: String) throws {
        let lines = try TextLines(path).lines
        let first = lines.first?.hasPrefix("#version:") == true ? 1 : 0
        if first == 1, lines[0].filter({ $0 != " " }) != "#version:0.2" {
            throw DataFileError(
                path: "\(path):1", problem: "\"\(lines[0])\" is not version 0.2", advice: "Learn the merges again.")
        }
        let merges = try lines[first...].enumerated().map { index, line in
            let symbols = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard symbols.count == 2, symbols.allSatisfy({ !$0.isEmpty }) else {
                throw DataFileError(
                    path: "\(path):\(first + index + 1)", problem: "expected two symbols, got \"\(line.prefix(60))\"",
                    advice: "Merges are a pair a line, as subword-nmt writes them.")
            }
            return Merge(symbols[0], symbols[1])
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

/// The pieces of words that were cut before.
private final class PieceCache: Sendable {
    private let known = Mutex<[String: [String]]>([:])

    subscript(word: String) -> [String]? {
        get { known.withLock { $0[word] } }
        set {
            known.withLock { known in
                // Words without end, as numbers, must not fill the memory.
                if known.count >= 1 << 20 { known = [:] }
                known[word] = newValue
            }
        }
    }
}
