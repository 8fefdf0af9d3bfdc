import Gradus

/// What a vocabulary may number, and what it tells two symbols apart by.
public protocol VocabularySymbol: Hashable, Sendable {
    /// What is compared.
    associatedtype Key: Hashable & Sendable
    /// The symbol as it is compared with others.
    var key: Key { get }
}

/// Characters are the same when Unicode holds them to be (canonical equivalence).
extension Character: VocabularySymbol {
    /// The character.
    public var key: Character { self }
}

/// Words are the same when their bytes are, as files of vocabularies have them.
extension String: VocabularySymbol {
    /// The word's bytes.
    public var key: ByteString { ByteString(self) }
}

/// The symbols of a text, numbered from 0: characters or words.
///
/// A vocabulary may have one symbol that stands for all that it does not know.
public struct Vocabulary<Symbol: VocabularySymbol>: Equatable, Sendable {
    /// The symbols; the place of each is its number.
    public let symbols: [Symbol]
    /// The number of the symbol that stands for unknown ones.
    public let unknown: Int32?
    private let numbers: [Symbol.Key: Int32]

    /// A vocabulary of the given symbols.
    ///
    /// - Parameter unknown: the one of `symbols` that stands for all others.
    /// - Returns: `nil` when a symbol comes twice, or `unknown` is none of them.
    public init?(_ symbols: [Symbol], unknown: Symbol? = nil) {
        let numbered = symbols.enumerated().map { ($1.key, Int32($0)) }
        numbers = Dictionary(numbered) { first, _ in first }
        self.symbols = symbols
        self.unknown = unknown.flatMap { [numbers] in numbers[$0.key] }
        guard numbers.count == symbols.count, (self.unknown == nil) == (unknown == nil) else { return nil }
    }

    /// The number V of symbols.
    public var count: Int { symbols.count }

    /// The number of a symbol; that of the unknown one where there is such, else `nil`.
    public func number(of symbol: Symbol) -> Int32? { numbers[symbol.key] ?? unknown }

    /// Whether the symbol itself is one of the vocabulary.
    public func contains(_ symbol: Symbol) -> Bool { numbers[symbol.key] != nil }

    /// Whether both have the same symbols in the same order.
    public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.numbers == b.numbers && a.unknown == b.unknown }

    /// The symbol of a number.
    ///
    /// - Traps: when there is none.
    public subscript(number: Int32) -> Symbol { symbols[Int(number)] }

    /// The numbers of a text's symbols.
    ///
    /// - Throws: ``UnknownSymbols`` when a symbol is not known and none stands for it.
    public func numbers(of text: some Sequence<Symbol>) throws -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(text.underestimatedCount)
        var missing = UnknownSymbols(vocabularyCount: count)
        for symbol in text {
            if let number = number(of: symbol) { result.append(number) } else { missing.note("\(symbol)") }
        }
        guard missing.symbols.isEmpty else { throw missing }
        return result
    }
}

/// Symbols of a text that a vocabulary does not have.
public struct UnknownSymbols: Error, Equatable, CustomStringConvertible {
    /// The missing symbols, in the order in which the text has them.
    public private(set) var symbols: [String] = []
    /// How often any of them occurs.
    public private(set) var occurrences = 0
    /// How many symbols the vocabulary has.
    public let vocabularyCount: Int
    private var seen: Set<String> = []

    init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

    mutating func note(_ symbol: String) {
        occurrences += 1
        if seen.insert(symbol).inserted { symbols.append(symbol) }
    }

    /// The symbols, quoted, and how many there are.
    public var description: String {
        let listed = symbols.prefix(10).map { symbol in
            let name = symbol.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return name ? symbol.debugDescription : "“\(symbol)”"
        }
        let more = symbols.count > 10 ? " and \(symbols.count - 10) more" : ""
        return
            "\(symbols.count == 1 ? "a symbol is" : "\(symbols.count) symbols are") not among the \(vocabularyCount) "
            + "that are known: \(listed.joined(separator: " "))\(more)"
    }
}
