import GradusBLAS

/// `y = x W + b` for one row, without recording and without memory of its own: for networks that answer step by step.
///
/// A product of a matrix with one vector is limited by how fast the matrix can be read, so nothing is gained from threads.
public struct VectorLinear {
    /// The number D of inputs.
    public let inputs: Int
    /// The number M of outputs.
    public let outputs: Int
    private let weight: Tensor<Float>
    private let bias: Tensor<Float>?
    private let isTransposed: Bool

    /// The given weights as they are now.
    ///
    /// - Parameters:
    ///   - weight: `[D, M]`, or `[M, D]` when transposed.
    ///   - bias: `[M]`.
    /// - Traps: when the shapes disagree.
    public init(_ weight: Tensor<Float>, _ bias: Tensor<Float>?, isTransposed: Bool = false) {
        check(weight.rank == 2, "VectorLinear: expected weights [D, M], got \(weight.shape)")
        (inputs, outputs) =
            isTransposed ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1])
        check(
            bias == nil || bias!.shape == [outputs],
            "VectorLinear: expected a bias [\(outputs)], got \(bias?.shape ?? [])")
        (self.weight, self.bias, self.isTransposed) = (weight.detached(), bias?.detached(), isTransposed)
    }

    /// Writes `y = x W + b`, or with `adding` adds `x W` to what y holds.
    ///
    /// - Parameters:
    ///   - x: D numbers.
    ///   - y: M numbers.
    /// - Traps: when x or y has another length.
    public func callAsFunction(
        _ x: UnsafeBufferPointer<Float>, into y: UnsafeMutableBufferPointer<Float>, adding: Bool = false
    ) {
        check(
            x.count == inputs && y.count == outputs,
            "VectorLinear: expected \(inputs) numbers into \(outputs), got \(x.count) into \(y.count)")
        BLAS.prepareForOwnThreads()
        if !adding { begin(y) }
        withExtendedLifetime(weight.storage) {
            BLAS.gemv(
                MatrixView(weight.pointer, rows: weight.shape[0], columns: weight.shape[1]), transposeA: !isTransposed,
                VectorView(x, count: inputs), beta: 1, into: MutableVectorView(y, count: outputs))
        }
    }

    /// Writes `y = W[row, :] + b`: the result for an input that is 1 at `row` and 0 elsewhere.
    ///
    /// - Traps: when there is no such row, or y has another length.
    public func callAsFunction(row: Int, into y: UnsafeMutableBufferPointer<Float>) {
        check(y.count == outputs, "VectorLinear: expected room for \(outputs) numbers, got \(y.count)")
        check(row >= 0 && row < inputs, "VectorLinear: input \(row) of \(inputs)")
        begin(y)
        withExtendedLifetime(weight.storage) {
            let (start, step) = isTransposed ? (row, inputs) : (row * outputs, 1)
            for i in 0..<outputs { y[i] += weight.pointer[start + i * step] }
        }
    }

    private func begin(_ y: UnsafeMutableBufferPointer<Float>) {
        guard let bias else { return y.update(repeating: 0) }
        _ = bias.withUnsafeElements { y.update(fromContentsOf: $0) }
    }
}
