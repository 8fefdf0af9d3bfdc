/// What an operation adds to the gradient of one of its inputs.
enum Contribution<Scalar: TensorScalar> {
    /// A tensor of the input's shape.
    case tensor(Tensor<Scalar>)
    /// Rows of a table of the given shape: element i of `rows` belongs to row `indices[i]`. They stay apart up to the
    /// optimizer, because a batch touches few rows of a large vocabulary.
    case rows(Tensor<Scalar>, at: Tensor<Int32>, of: [Int])
    /// `xᵀ dz` for `x` `[rows, D]` and `dz` `[rows, M]`, the gradient of a weight `[D, M]`. Where a weight is used step after
    /// step, the rows of several steps are multiplied together.
    case outerProducts(Tensor<Scalar>, Tensor<Scalar>)
    /// Something of the given shape that writes itself into memory, or with `accumulates` adds itself to what is there, so
    /// that the gradient of weights that are used many times needs no memory for each time.
    case sum([Int], (_ gradient: UnsafeMutablePointer<Scalar>, _ accumulates: Bool) -> Void)
}
