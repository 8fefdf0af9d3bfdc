import Gradus

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
