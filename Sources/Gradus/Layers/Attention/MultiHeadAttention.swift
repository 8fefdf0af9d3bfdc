/// Attention in several heads, each in its own part of the features: `concat(headᵢ) Wo`, with
/// `headᵢ = softmax(Qᵢ Kᵢᵀ / √d) Vᵢ` (Vaswani et al. 2017).
///
/// Queries `[N, Q, D]`, keys and values `[N, K, D]`, output `[N, Q, D]`. As a layer it attends to its own input.
public struct MultiHeadAttention: Layer {
    /// Makes the queries.
    public let query: Dense
    /// Makes the keys.
    public let key: Dense
    /// Makes the values.
    public let value: Dense
    /// Joins the heads.
    public let output: Dense
    /// The number of heads.
    public let heads: Int
    /// The probability with which a weight is dropped in training.
    public let dropoutRate: Double

    /// Attention over `features` features in `heads` heads.
    ///
    /// - Traps: when the features do not divide evenly.
    public init(
        _ features: Int, heads: Int, dropout: Double = 0, initializer: Initializer = .glorotUniform,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            heads > 0 && features % heads == 0,
            "MultiHeadAttention: \(features) features do not fall into \(heads) heads", file, line)
        let dense = { Dense(features, features, initializer: initializer, file: file, line: line) }
        (query, key, value, output) = (dense(), dense(), dense(), dense())
        self.heads = heads
        dropoutRate = dropout
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "MultiHeadAttention", input) { self(input, keys: input, values: input, pass).output }
    }

    /// The output for each query, and the weights of each head, `[N, heads, Q, K]`.
    ///
    /// - Parameter mask: where a query may look, `[Q, K]` or anything that broadcasts to `[N, heads, Q, K]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, mask: Tensor<Bool>? = nil, _ pass: Pass
    ) -> (output: Tensor<Float>, weights: Tensor<Float>) {
        checkLayer(
            queries.rank == 3 && keys.rank == 3 && values.rank == 3 && keys.shape[1] == values.shape[1],
            "\(pass.describe("MultiHeadAttention", query.weight)) expects [N, Q, D], [N, K, D] and [N, K, D], got "
                + "\(queries.shape), \(keys.shape) and \(values.shape)")
        let plain = pass.withoutObserver
        let (q, k, v) = (
            inHeads(query(queries, plain)), inHeads(key(keys, plain)), inHeads(value(values, plain))
        )
        let scores = dotScores(q, k, scale: 1 / Float(queries.shape[2] / heads).squareRoot())
        let allowed = mask.map { `where`($0, scores, Tensor(-1e9)) } ?? scores
        let weights = allowed.softmax()
        let used =
            pass.isTraining && dropoutRate > 0 ? dropout(weights, rate: dropoutRate, using: pass.random) : weights
        let joined = matmul(used, v).swappingAxes(1, 2).reshaped(to: queries.shape)
        return (output(joined, plain), weights)
    }

    /// `[N, T, D]` to `[N, heads, T, D / heads]`.
    private func inHeads(_ x: Tensor<Float>) -> Tensor<Float> {
        x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).swappingAxes(1, 2)
    }
}
