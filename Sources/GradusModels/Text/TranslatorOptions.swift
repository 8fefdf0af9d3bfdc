import Gradus

/// The options of one of the translators: of a ``Seq2Seq`` or a ``Transformer``.
public struct TranslatorOptions: Codable, Equatable, Sendable {
    /// Those of a recurrent translator.
    public var seq2seq: Seq2Seq.Options?
    /// Those of a Transformer.
    public var transformer: Transformer.Options?

    /// What is wrong with the options; nil when nothing is.
    public var problem: String? {
        guard (seq2seq == nil) != (transformer == nil) else {
            return "\"network\" needs either \"seq2seq\" or \"transformer\""
        }
        return seq2seq?.problem ?? transformer?.problem
    }

    /// Whether both languages have one table of vectors.
    public var sharesEmbeddings: Bool { seq2seq?.sharesEmbeddings ?? transformer?.sharesEmbeddings ?? false }

    /// A network with new weights.
    ///
    /// - Traps: when there is a ``problem``, or shared embeddings have two vocabularies.
    public func model(sourceVocabulary: Int, targetVocabulary: Int) -> any TranslationModel {
        check(problem == nil, "TranslatorOptions: \(problem ?? "")")
        if let transformer {
            return Transformer(transformer, sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary)
        }
        return Seq2Seq(seq2seq!, sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary)
    }

    /// Changes the sizes that are given: layers, numbers in a state or in a Transformer's vectors, the share that is dropped.
    public mutating func change(layers: Int? = nil, units: Int? = nil, dropout: Double? = nil) {
        if var s = seq2seq {
            (s.layers, s.units, s.dropout) = (layers ?? s.layers, units ?? s.units, dropout ?? s.dropout)
            if s.tiesOutput { s.embedding = s.units }
            seq2seq = s
        }
        if var t = transformer {
            (t.layers, t.features, t.dropout) = (layers ?? t.layers, units ?? t.features, dropout ?? t.dropout)
            transformer = t
        }
    }

    /// Makes vectors and states at most `size` long.
    public mutating func limit(to size: Int) {
        if var s = seq2seq {
            (s.units, s.embedding) = (min(s.units, size), min(s.embedding, size))
            seq2seq = s
        }
        if var t = transformer {
            (t.features, t.hidden) = (min(t.features, size), min(t.hidden, 2 * size))
            transformer = t
        }
    }
}

extension TranslatorOptions: CustomStringConvertible {
    /// The network in a line.
    public var description: String {
        if let t = transformer {
            return
                "Transformer, \(t.layers) + \(t.layers) layers of \(t.features), \(t.heads) heads, hidden \(t.hidden)"
        }
        guard let s = seq2seq else { return "none" }
        return "\(s.layers) × \(s.units) \(s.cell.rawValue), \(s.encoder.rawValue) encoder, \(s.wiring.rawValue), "
            + "attention \(s.attention?.rawValue ?? "none"), embeddings of \(s.embedding)"
    }
}
