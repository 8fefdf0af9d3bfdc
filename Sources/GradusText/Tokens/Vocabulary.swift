import Gradus

/// The tokens of a text, numbered from 0: characters or words.
///
/// A vocabulary may have one token for all unknown ones.
public struct Vocabulary<Token: VocabularyToken>: Equatable, Sendable {
    /// The tokens; the index of each is its number.
    public let tokens: [Token]
    /// The number of the token for unknown ones; `nil` without one.
    public let unknown: Int32?
    private let numbers: [Token.Key: Int32]

    /// A vocabulary of the given tokens.
    ///
    /// - Parameter unknown: the one of `tokens` for all others.
    /// - Returns: `nil` when a token is repeated, or `unknown` is not among them.
    public init?(_ tokens: [Token], unknown: Token? = nil) {
        let numbered = tokens.enumerated().map { ($1.key, Int32($0)) }
        numbers = Dictionary(numbered) { first, _ in first }
        self.tokens = tokens
        self.unknown = unknown.flatMap { [numbers] in numbers[$0.key] }
        guard numbers.count == tokens.count, (self.unknown == nil) == (unknown == nil) else { return nil }
    }

    /// The number V of tokens.
    public var count: Int { tokens.count }

    /// The number of a token, or else of the unknown token; `nil` when the vocabulary has neither.
    public func number(of token: Token) -> Int32? { numbers[token.key] ?? unknown }

    /// Whether the vocabulary has the token itself.
    public func contains(_ token: Token) -> Bool { numbers[token.key] != nil }

    /// Whether both have the same tokens in the same order, and the same one for unknown tokens.
    public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.numbers == b.numbers && a.unknown == b.unknown }

    /// The token of a number.
    ///
    /// - Traps: when there is none.
    public subscript(number: Int32) -> Token { tokens[Int(number)] }

    /// The numbers of a text's tokens.
    ///
    /// - Throws: ``UnknownTokens`` when a token is unknown and the vocabulary has no token for unknown ones.
    public func numbers(of text: some Sequence<Token>) throws -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(text.underestimatedCount)
        var missing = UnknownTokens(vocabularyCount: count)
        for token in text {
            if let number = number(of: token) { result.append(number) } else { missing.note("\(token)") }
        }
        guard missing.tokens.isEmpty else { throw missing }
        return result
    }
}

/// Tokens of a text that a vocabulary does not have.
public struct UnknownTokens: Error, Equatable, CustomStringConvertible {
    /// The missing tokens, in the order in which the text has them.
    public private(set) var tokens: [String] = []
    /// How often they occur in the text, in total.
    public private(set) var occurrences = 0
    /// How many tokens the vocabulary has.
    public let vocabularyCount: Int
    private var seen: Set<String> = []

    init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

    mutating func note(_ token: String) {
        occurrences += 1
        if seen.insert(token).inserted { tokens.append(token) }
    }

    /// The tokens, quoted, and how many there are.
    public var description: String {
        let listed = tokens.prefix(10).map { token in
            let hasControl = token.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return hasControl ? token.debugDescription : "“\(token)”"
        }
        let more = tokens.count > 10 ? " and \(tokens.count - 10) more" : ""
        return
            "\(tokens.count == 1 ? "a token is" : "\(tokens.count) tokens are") not among the \(vocabularyCount) "
            + "that are known: \(listed.joined(separator: " "))\(more)"
    }
}

/// A type of token that a vocabulary can number, and the key by which tokens are compared.
public protocol VocabularyToken: Hashable, Sendable {
    /// The type of the keys.
    associatedtype Key: Hashable & Sendable
    /// The token's key.
    var key: Key { get }
}

/// Characters are compared by canonical equivalence.
extension Character: VocabularyToken {
    /// The character.
    public var key: Character { self }
}

/// Words are compared by their bytes, as in vocabulary files.
extension String: VocabularyToken {
    /// The word's bytes.
    public var key: ByteString { ByteString(self) }
}
