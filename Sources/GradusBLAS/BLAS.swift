import COpenBLAS

/// Basic linear algebra by OpenBLAS for `Float` and `Double`, row-major, with checked arguments.
public enum BLAS {
    /// OpenBLAS's version, such as `0.3.21`.
    public static var version: String {
        configuration.split(separator: " ").dropFirst().first.map(String.init) ?? "unknown"
    }

    /// The processor family for which OpenBLAS chose its kernels, such as `SkylakeX`.
    public static var kernel: String { String(cString: openblas_get_corename()) }

    /// OpenBLAS's description of its build.
    public static var configuration: String { String(cString: openblas_get_config()) }

    /// The number of threads that OpenBLAS uses.
    ///
    /// Gradus sets it to 1 before its first product, because it distributes work over its own threads.
    public static var threads: Int {
        get { Int(openblas_get_num_threads()) }
        set { openblas_set_num_threads(Int32(clamping: Swift.max(1, newValue))) }
    }
}

extension BLAS {
    /// The inner product `Σ xᵢ yᵢ`; 0 for empty vectors.
    ///
    /// - Traps: when the counts differ.
    public static func dot<Scalar: BLASScalar>(_ x: VectorView<Scalar>, _ y: VectorView<Scalar>) -> Scalar {
        checkCounts("dot", x.count, y.count)
        return Scalar.functions.dot(
            int32(x.count, "dot"), x.base, int32(x.stride, "dot"), y.base,
            int32(y.stride, "dot"))
    }

    /// `y ← y + alpha · x`.
    ///
    /// - Traps: when the counts differ.
    public static func axpy<Scalar: BLASScalar>(
        alpha: Scalar, _ x: VectorView<Scalar>, into y: MutableVectorView<Scalar>
    ) {
        checkCounts("axpy", x.count, y.count)
        Scalar.functions.axpy(
            int32(x.count, "axpy"), alpha, x.base, int32(x.stride, "axpy"), y.base,
            int32(y.stride, "axpy"))
    }

    /// `x ← alpha · x`.
    public static func scal<Scalar: BLASScalar>(alpha: Scalar, _ x: MutableVectorView<Scalar>) {
        Scalar.functions.scal(int32(x.count, "scal"), alpha, x.base, int32(x.stride, "scal"))
    }

    /// The Euclidean norm `√Σ xᵢ²`, without intermediate overflow.
    public static func nrm2<Scalar: BLASScalar>(_ x: VectorView<Scalar>) -> Scalar {
        Scalar.functions.nrm2(int32(x.count, "nrm2"), x.base, int32(x.stride, "nrm2"))
    }

    /// The sum of absolute values `Σ |xᵢ|`.
    public static func asum<Scalar: BLASScalar>(_ x: VectorView<Scalar>) -> Scalar {
        Scalar.functions.asum(int32(x.count, "asum"), x.base, int32(x.stride, "asum"))
    }

    /// The index of the first element with the largest absolute value; `nil` for an empty vector.
    public static func iamax<Scalar: BLASScalar>(_ x: VectorView<Scalar>) -> Int? {
        guard x.count > 0 else { return nil }
        return Scalar.functions.iamax(int32(x.count, "iamax"), x.base, int32(x.stride, "iamax"))
    }

    private static func checkCounts(_ operation: String, _ x: Int, _ y: Int) {
        check(x == y, "\(operation): vectors of \(x) and \(y) elements")
    }
}
