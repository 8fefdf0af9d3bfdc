/// A vocabulary in a file: its tokens as strings, in the order of their numbers, and the one for unknown ones.
extension Vocabulary: Codable where Token: LosslessStringConvertible {
    private enum CodingKeys: String, CodingKey {
        case tokens, unknown
    }

    /// Decodes a vocabulary.
    ///
    /// - Throws: `DecodingError` when a token comes twice or is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let texts = try container.decode([String].self, forKey: .tokens)
        let unknown = try container.decodeIfPresent(String.self, forKey: .unknown)
        let tokens = texts.compactMap { Token($0) }
        guard tokens.count == texts.count, let vocabulary = Vocabulary(tokens, unknown: unknown.flatMap { Token($0) })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .tokens, in: container, debugDescription: "a token is repeated, or is none")
        }
        self = vocabulary
    }

    /// Encodes the vocabulary.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tokens.map { "\($0)" }, forKey: .tokens)
        try container.encode(unknown.map { "\(self[$0])" }, forKey: .unknown)
    }
}
