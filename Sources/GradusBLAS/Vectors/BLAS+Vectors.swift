extension BLAS {
    /// The inner product `Σ xᵢ yᵢ`; 0 for empty vectors.
    ///
    /// - Traps: when the counts differ.
    public static func dot<Scalar: BLASScalar>(
        _ x: VectorView<Scalar>, _ y: VectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) -> Scalar {
        checkCounts("dot", x.count, y.count, file, line)
        return Scalar.functions.dot(
            int32(x.count, "dot", file, line), x.base, int32(x.stride, "dot", file, line), y.base,
            int32(y.stride, "dot", file, line))
    }

    /// `y ← y + alpha · x`.
    ///
    /// - Traps: when the counts differ.
    public static func axpy<Scalar: BLASScalar>(
        alpha: Scalar, _ x: VectorView<Scalar>, into y: MutableVectorView<Scalar>, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        checkCounts("axpy", x.count, y.count, file, line)
        Scalar.functions.axpy(
            int32(x.count, "axpy", file, line), alpha, x.base, int32(x.stride, "axpy", file, line), y.base,
            int32(y.stride, "axpy", file, line))
    }

    /// `x ← alpha · x`.
    public static func scal<Scalar: BLASScalar>(
        alpha: Scalar, _ x: MutableVectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) {
        Scalar.functions.scal(
            int32(x.count, "scal", file, line), alpha, x.base, int32(x.stride, "scal", file, line))
    }

    /// The Euclidean length `√Σ xᵢ²`, without overflow on the way.
    public static func nrm2<Scalar: BLASScalar>(
        _ x: VectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) -> Scalar {
        Scalar.functions.nrm2(int32(x.count, "nrm2", file, line), x.base, int32(x.stride, "nrm2", file, line))
    }

    /// The sum of absolute values `Σ |xᵢ|`.
    public static func asum<Scalar: BLASScalar>(
        _ x: VectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) -> Scalar {
        Scalar.functions.asum(int32(x.count, "asum", file, line), x.base, int32(x.stride, "asum", file, line))
    }

    /// The index of the first element of largest absolute value; `nil` for an empty vector.
    public static func iamax<Scalar: BLASScalar>(
        _ x: VectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) -> Int? {
        guard x.count > 0 else { return nil }
        return Scalar.functions.iamax(
            int32(x.count, "iamax", file, line), x.base, int32(x.stride, "iamax", file, line))
    }

    private static func checkCounts(_ operation: String, _ x: Int, _ y: Int, _ file: StaticString, _ line: UInt) {
        check(x == y, "\(operation): vectors of \(x) and \(y) elements", file, line)
    }
}
