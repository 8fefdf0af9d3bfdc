extension LAPACK {
    /// The reduced QR factors: `A = Q R` with orthonormal columns in Q and R upper triangular.
    ///
    /// - Parameter a: `[rows, columns]`.
    /// - Returns: Q, `[rows, k]`, and R, `[k, columns]`, with k the smaller of the two sizes.
    /// - Throws: ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have its size.
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
    /// - Returns: U, `[rows, k]`; the singular values, largest first, `[k]`; Vᵀ, `[k, columns]`; k the smaller size.
    /// - Throws: ``LAPACKError/notConverged(_:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have its size.
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
    /// - Returns: the eigenvalues, smallest first, `[n]`; the eigenvectors as columns of V, `[n, n]`.
    /// - Throws: ``LAPACKError/notConverged(_:)``, ``LAPACKError/notFinite(_:)``.
    /// - Traps: when the array does not have its size.
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
