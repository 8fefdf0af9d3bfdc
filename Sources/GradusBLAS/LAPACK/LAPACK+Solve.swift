extension LAPACK {
    /// Solves `A X = B` by LU factors with partial pivoting.
    ///
    /// - Parameters:
    ///   - a: `[n, n]`.
    ///   - b: `[n, columns]`.
    /// - Returns: X, `[n, columns]`.
    /// - Throws: ``LAPACKError/singular(pivot:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when an array does not have its size.
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
    /// - Traps: when the array does not have its size.
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
