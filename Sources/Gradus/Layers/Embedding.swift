/// A vector for each token of a vocabulary: row `index` of the table.
///
/// Input `[…]` of indices, output `[…, D]`; `weight` is `[V, D]`.
public struct Embedding: Module {
    /// The vectors, `[V, D]`.
    public let weight: Parameter

    /// A table with the given rows.
    ///
    /// - Traps: when `weight` is not `[V, D]`.
    public init(weight: Tensor<Float>) {
        check(weight.rank == 2, "Embedding: expected a table [V, D], got \(weight.shape)")
        self.weight = Parameter(weight)
    }

    /// A table of `vocabulary` rows of `features` numbers.
    public init(_ vocabulary: Int, _ features: Int, initializer: Initializer = .normal(deviation: 1)) {
        check(vocabulary > 0 && features > 0, "Embedding: sizes must be positive, got \(vocabulary) and \(features)")
        self.init(weight: initializer([vocabulary, features], fanIn: vocabulary, fanOut: features))
    }

    /// The vectors of the given tokens.
    ///
    /// - Traps: when an index is outside the vocabulary.
    public func callAsFunction(_ indices: Tensor<Int32>) -> Tensor<Float> {
        weight.value.gathering(indices)
    }
}

/// A layer that takes tokens: an embedding, or a ``Sequential`` that begins with one.
protocol TokenLayer: Layer {
    func callAsFunction(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float>
}

/// An embedding as the first layer of a ``Sequential``, under its own name.
struct LeadingEmbedding: TokenLayer {
    let embedding: Embedding

    var children: [(name: String, value: Any)] { [(name: "", value: embedding)] }

    func callAsFunction(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> { embedding(tokens) }

    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let layer = pass.describe("Embedding", embedding.weight)
        stop("\(layer) expects tokens, a Tensor<Int32>, got a Tensor<Float> \(input.shape)")
    }
}
