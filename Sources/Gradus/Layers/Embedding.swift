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
        self.weight = Parameter(weight)
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
