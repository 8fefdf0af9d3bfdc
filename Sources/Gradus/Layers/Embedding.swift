/// A vector for each symbol of a vocabulary: row `index` of the table.
///
/// Input `[…]` of indices, output `[…, D]`; `weight` is `[V, D]`.
public struct Embedding: Module {
    /// The vectors, `[V, D]`.
    public let weight: Parameter

    /// A table with the given rows.
    ///
    /// - Traps: when `weight` is not `[V, D]`.
    public init(weight: Tensor<Float>, file: StaticString = #fileID, line: UInt = #line) {
        check(weight.rank == 2, "Embedding: expected a table [V, D], got \(weight.shape)", file, line)
        self.weight = Parameter(weight, file: file, line: line)
    }

    /// A table of `vocabulary` rows of `features` numbers.
    public init(
        _ vocabulary: Int, _ features: Int, initializer: Initializer = .normal(deviation: 1),
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            vocabulary > 0 && features > 0, "Embedding: sizes must be positive, got \(vocabulary) and \(features)",
            file,
            line)
        self.init(
            weight: initializer([vocabulary, features], fanIn: vocabulary, fanOut: features), file: file, line: line)
    }

    /// The vectors of the given symbols.
    ///
    /// - Traps: when an index is outside the vocabulary.
    public func callAsFunction(
        _ indices: Tensor<Int32>, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor<Float> {
        weight.value.gathering(indices, file: file, line: line)
    }
}

/// What begins with symbols instead of numbers: an embedding, or a ``Sequential`` that begins with one.
protocol SymbolLayer: Layer {
    func callAsFunction(_ symbols: Tensor<Int32>, _ pass: Pass) -> Tensor<Float>
}

/// An embedding at the head of a ``Sequential``, under its own name.
struct LeadingEmbedding: SymbolLayer {
    let embedding: Embedding

    var children: [(name: String, value: Any)] { [(name: "", value: embedding)] }

    func callAsFunction(_ symbols: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> { embedding(symbols) }

    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let layer = pass.describe("Embedding", embedding.weight)
        stopLayer(
            "\(layer) expects symbols, a Tensor<Int32>, got a Tensor<Float> \(input.shape)",
            madeAt: embedding.weight.place)
    }
}
