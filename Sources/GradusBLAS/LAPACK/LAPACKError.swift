/// Dense linear algebra by LAPACK on row-major arrays: factorizations and what they solve.
public enum LAPACK {}

/// Why a factorization has no result for this matrix.
public enum LAPACKError: Error, Equatable, CustomStringConvertible {
    /// The matrix has no inverse: the given pivot of its LU factors is zero.
    case singular(pivot: Int)
    /// The leading minor of the given order is not positive, so there is no Cholesky factor.
    case notPositiveDefinite(order: Int)
    /// An iteration for singular values or eigenvalues did not settle.
    case notConverged(String)
    /// The matrix holds a NaN (or, for an iteration, an infinity).
    case notFinite(String)

    /// What happened, in a sentence.
    public var description: String {
        switch self {
        case .singular(let pivot): "the matrix is singular: pivot \(pivot) of its LU factors is zero"
        case .notPositiveDefinite(let order):
            "the matrix is not positive definite: its leading minor of order \(order) is not positive"
        case .notConverged(let operation): "\(operation): the iteration did not converge"
        case .notFinite(let operation): "\(operation): the matrix holds values that are not finite"
        }
    }
}

/// Throws when an input holds NaN or infinity; LAPACK itself may loop or answer nonsense.
func requireFinite<Scalar: BLASScalar>(_ values: [Scalar], _ operation: String) throws(LAPACKError) {
    if !values.allSatisfy(\.isFinite) { throw .notFinite(operation) }
}

/// Ends the program when an array does not have the size that its shape promises.
func checkSize(_ count: Int, _ rows: Int, _ columns: Int, _ operation: String) {
    check(
        rows >= 0 && columns >= 0 && count == rows * columns,
        "\(operation): a matrix of \(rows) × \(columns) has \(rows * columns) elements, got \(count)")
}
