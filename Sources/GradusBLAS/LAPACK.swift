/// Dense linear algebra by LAPACK on row-major arrays: factorizations, and solutions by them.
public enum LAPACK {}

/// Why a factorization fails.
public enum LAPACKError: Error, Equatable, CustomStringConvertible {
    /// The matrix is singular: the given pivot of its LU factors is zero.
    case singular(pivot: Int)
    /// The leading minor of the given order is not positive, so there is no Cholesky factor.
    case notPositiveDefinite(order: Int)
    /// An iteration for singular values or eigenvalues did not converge.
    case notConverged(String)
    /// The matrix contains NaN or infinity.
    case notFinite(String)

    /// The reason in a sentence.
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

/// Throws if an input contains NaN or infinity, for which LAPACK may not terminate or may return nonsense.
func requireFinite<Scalar: BLASScalar>(_ values: [Scalar], _ operation: String) throws(LAPACKError) {
    if !values.allSatisfy(\.isFinite) { throw .notFinite(operation) }
}

/// Ends the program if an array does not have the size of its matrix.
func checkSize(_ count: Int, _ rows: Int, _ columns: Int, _ operation: String) {
    check(
        rows >= 0 && columns >= 0 && count == rows * columns,
        "\(operation): a matrix of \(rows) × \(columns) has \(rows * columns) elements, got \(count)")
}

extension LAPACK {
    /// Solves `A X = B` by LU factorization with partial pivoting.
    ///
    /// - Parameters:
    ///   - a: `[n, n]`.
    ///   - b: `[n, columns]`.
    /// - Returns: X, `[n, columns]`.
    /// - Throws: ``LAPACKError/singular(pivot:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when an array does not have the size of its matrix.
    public static func solve<Scalar: BLASScalar>(
        _ a: [Scalar], _ b: [Scalar], n: Int, columns: Int
    ) throws(LAPACKError) -> [Scalar] {
        checkSize(a.count, n, n, "solve")
        checkSize(b.count, n, columns, "solve")
        try requireFinite(a, "solve")
        try requireFinite(b, "solve")
        guard n > 0 && columns > 0 else { return [] }
        var (factors, x) = (a, b)
        var pivots = [Int32](repeating: 0, count: n)
        let order = int32(n, "solve")
        let width = int32(columns, "solve")
        let info = Scalar.functions.gesv(order, width, &factors, order, &pivots, &x, width)
        if info > 0 { throw .singular(pivot: Int(info)) }
        return x
    }

    /// The Cholesky factor: the lower triangular `L` with `L Lᵀ = A`.
    ///
    /// - Parameter a: symmetric, `[n, n]`; only the lower triangle is read.
    /// - Returns: L, `[n, n]`, zeros above the diagonal.
    /// - Throws: ``LAPACKError/notPositiveDefinite(order:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have the size of its matrix.
    public static func cholesky<Scalar: BLASScalar>(_ a: [Scalar], n: Int) throws(LAPACKError) -> [Scalar] {
        checkSize(a.count, n, n, "cholesky")
        try requireFinite(a, "cholesky")
        guard n > 0 else { return [] }
        var factor = a
        let order = int32(n, "cholesky")
        let info = Scalar.functions.potrf(order, &factor, order)
        if info > 0 { throw .notPositiveDefinite(order: Int(info)) }
        for row in 0..<n { for column in (row + 1)..<max(n, row + 1) { factor[row * n + column] = 0 } }
        return factor
    }
}

extension LAPACK {
    /// The reduced QR factors: `A = Q R` with orthonormal columns in Q and R upper triangular.
    ///
    /// - Parameter a: `[rows, columns]`.
    /// - Returns: Q, `[rows, k]`, and R, `[k, columns]`, where k is the smaller size.
    /// - Throws: ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have the size of its matrix.
    public static func qr<Scalar: BLASScalar>(
        _ a: [Scalar], rows: Int, columns: Int
    ) throws(LAPACKError) -> (q: [Scalar], r: [Scalar]) {
        checkSize(a.count, rows, columns, "qr")
        try requireFinite(a, "qr")
        let k = min(rows, columns)
        guard k > 0 else { return ([], []) }
        var factors = a
        var scales = [Scalar](repeating: 0, count: k)
        let (m, n) = (int32(rows, "qr"), int32(columns, "qr"))
        _ = Scalar.functions.geqrf(m, n, &factors, n, &scales)

        var r = [Scalar](repeating: 0, count: k * columns)
        for row in 0..<k { for column in row..<columns { r[row * columns + column] = factors[row * columns + column] } }
        var q = [Scalar](repeating: 0, count: rows * k)
        for row in 0..<rows { for column in 0..<k { q[row * k + column] = factors[row * columns + column] } }
        _ = Scalar.functions.orgqr(m, Int32(k), Int32(k), &q, Int32(k), scales)
        return (q, r)
    }

    /// The reduced singular value decomposition: `A = U diag(s) Vᵀ`.
    ///
    /// - Parameter a: `[rows, columns]`.
    /// - Returns: U, `[rows, k]`; the singular values in descending order, `[k]`; Vᵀ, `[k, columns]`; k is the smaller
    ///   size.
    /// - Throws: ``LAPACKError/notConverged(_:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have the size of its matrix.
    public static func svd<Scalar: BLASScalar>(
        _ a: [Scalar], rows: Int, columns: Int
    ) throws(LAPACKError) -> (u: [Scalar], singularValues: [Scalar], vTransposed: [Scalar]) {
        checkSize(a.count, rows, columns, "svd")
        try requireFinite(a, "svd")
        let k = min(rows, columns)
        guard k > 0 else { return ([], [], []) }
        var work = a
        var u = [Scalar](repeating: 0, count: rows * k)
        var s = [Scalar](repeating: 0, count: k)
        var vt = [Scalar](repeating: 0, count: k * columns)
        let (m, n) = (int32(rows, "svd"), int32(columns, "svd"))
        let info = Scalar.functions.gesdd(m, n, &work, n, &s, &u, Int32(k), &vt, n)
        if info > 0 { throw .notConverged("svd") }
        return (u, s, vt)
    }

    /// Eigenvalues and eigenvectors of a symmetric matrix: `A = V diag(λ) Vᵀ`.
    ///
    /// - Parameter a: symmetric, `[n, n]`; only the lower triangle is read.
    /// - Returns: the eigenvalues in ascending order, `[n]`; the eigenvectors as columns of V, `[n, n]`.
    /// - Throws: ``LAPACKError/notConverged(_:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have the size of its matrix.
    public static func symmetricEigen<Scalar: BLASScalar>(
        _ a: [Scalar], n: Int
    ) throws(LAPACKError) -> (values: [Scalar], vectors: [Scalar]) {
        checkSize(a.count, n, n, "symmetricEigen")
        try requireFinite(a, "symmetricEigen")
        guard n > 0 else { return ([], []) }
        var vectors = a
        var values = [Scalar](repeating: 0, count: n)
        let order = int32(n, "symmetricEigen")
        let info = Scalar.functions.syevd(order, &vectors, order, &values)
        if info > 0 { throw .notConverged("symmetricEigen") }
        return (values, vectors)
    }
}
