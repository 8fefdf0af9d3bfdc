import Gradus

/// The tokens of a text, numbered from 0: characters or words.
///
/// A vocabulary may have one token that stands for all that it does not know.
public struct Vocabulary<Token: VocabularyToken>: Equatable, Sendable {
    /// The tokens; the place of each is its number.
    public let tokens: [Token]
    /// The number of the token that stands for unknown ones.
    public let unknown: Int32?
    private let numbers: [Token.Key: Int32]

    /// A vocabulary of the given tokens.
    ///
    /// - Parameter unknown: the one of `tokens` that stands for all others.
    /// - Returns: `nil` when a token comes twice, or `unknown` is none of them.
    public init?(_ tokens: [Token], unknown: Token? = nil) {
        let numbered = tokens.enumerated().map { ($1.key, Int32($0)) }
        numbers = Dictionary(numbered) { first, _ in first }
        self.tokens = tokens
        self.unknown = unknown.flatMap { [numbers] in numbers[$0.key] }
        guard numbers.count == tokens.count, (self.unknown == nil) == (unknown == nil) else { return nil }
    }

    /// The number V of tokens.
    public var count: Int { tokens.count }

    /// The number of a token; that of the unknown one where there is such, else `nil`.
    public func number(of token: Token) -> Int32? { numbers[token.key] ?? unknown }

    /// Whether the token itself is one of the vocabulary.
    public func contains(_ token: Token) -> Bool { numbers[token.key] != nil }

    /// Whether both have the same tokens in the same order.
    public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.numbers == b.numbers && a.unknown == b.unknown }

    /// The token of a number.
    ///
    /// - Traps: when there is none.
    public subscript(number: Int32) -> Token { tokens[Int(number)] }

    /// The numbers of a text's tokens.
    ///
    /// - Throws: ``UnknownTokens`` when a token is not known and none stands for it.
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
    /// How often any of them occurs.
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
            let name = token.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return name ? token.debugDescription : "“\(token)”"
        }
        let more = tokens.count > 10 ? " and \(tokens.count - 10) more" : ""
        return
            "\(tokens.count == 1 ? "a token is" : "\(tokens.count) tokens are") not among the \(vocabularyCount) "
            + "that are known: \(listed.joined(separator: " "))\(more)"
    }
}

/// What a vocabulary may number, and what it tells two tokens apart by.
public protocol VocabularyToken: Hashable, Sendable {
    /// What is compared.
    associatedtype Key: Hashable & Sendable
    /// The token as it is compared with others.
    var key: Key { get }
}

/// Characters are the same when Unicode holds them to be (canonical equivalence).
extension Character: VocabularyToken {
    /// The character.
    public var key: Character { self }
}

/// Words are the same when their bytes are, as files of vocabularies have them.
extension String: VocabularyToken {
    /// The word's bytes.
    public var key: ByteString { ByteString(self) }
}
