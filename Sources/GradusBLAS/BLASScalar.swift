import CLAPACKE
import COpenBLAS

/// The element types of BLAS and LAPACK that Gradus uses: `Float` and `Double`.
///
/// Its requirement serves ``BLAS`` and ``LAPACK``, which check their arguments; no other type can conform.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, BitwiseCopyable {
    /// The C functions of this type.
    static var functions: BLASFunctions<Self> { get }
}

/// The C functions of one element type, named as in BLAS and LAPACK without the letter of the type.
public struct BLASFunctions<Scalar: BLASScalar>: Sendable {
    typealias Input = UnsafePointer<Scalar>
    typealias Output = UnsafeMutablePointer<Scalar>
    typealias Transposition = CBLAS_TRANSPOSE
    typealias Pivots = UnsafeMutablePointer<Int32>

    let gemm:
        @Sendable (
            Transposition, Transposition, Int32, Int32, Int32, Scalar, Input, Int32, Input, Int32, Scalar, Output, Int32
        ) -> Void
    let gemv: @Sendable (Transposition, Int32, Int32, Scalar, Input, Int32, Input, Int32, Scalar, Output, Int32) -> Void
    let ger: @Sendable (Int32, Int32, Scalar, Input, Int32, Input, Int32, Output, Int32) -> Void
    let dot: @Sendable (Int32, Input, Int32, Input, Int32) -> Scalar
    let axpy: @Sendable (Int32, Scalar, Input, Int32, Output, Int32) -> Void
    let scal: @Sendable (Int32, Scalar, Output, Int32) -> Void
    let nrm2: @Sendable (Int32, Input, Int32) -> Scalar
    let asum: @Sendable (Int32, Input, Int32) -> Scalar
    let iamax: @Sendable (Int32, Input, Int32) -> Int
    let gesv: @Sendable (Int32, Int32, Output, Int32, Pivots, Output, Int32) -> Int32
    let potrf: @Sendable (Int32, Output, Int32) -> Int32
    let geqrf: @Sendable (Int32, Int32, Output, Int32, Output) -> Int32
    let orgqr: @Sendable (Int32, Int32, Int32, Output, Int32, Input) -> Int32
    let gesdd: @Sendable (Int32, Int32, Output, Int32, Output, Output, Int32, Output, Int32) -> Int32
    let syevd: @Sendable (Int32, Output, Int32, Output) -> Int32
}

extension Float: BLASScalar {
    /// The C functions whose names begin with `s`.
    public static let functions = BLASFunctions<Float>(
        gemm: { cblas_sgemm(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
        gemv: { cblas_sgemv(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) },
        ger: { cblas_sger(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8) },
        dot: { cblas_sdot($0, $1, $2, $3, $4) },
        axpy: { cblas_saxpy($0, $1, $2, $3, $4, $5) },
        scal: { cblas_sscal($0, $1, $2, $3) },
        nrm2: { cblas_snrm2($0, $1, $2) },
        asum: { cblas_sasum($0, $1, $2) },
        iamax: { Int(cblas_isamax($0, $1, $2)) },
        gesv: { LAPACKE_sgesv(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4, $5, $6) },
        potrf: { LAPACKE_spotrf(LAPACK_ROW_MAJOR, lower, $0, $1, $2) },
        geqrf: { LAPACKE_sgeqrf(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4) },
        orgqr: { LAPACKE_sorgqr(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4, $5) },
        gesdd: { LAPACKE_sgesdd(LAPACK_ROW_MAJOR, reduced, $0, $1, $2, $3, $4, $5, $6, $7, $8) },
        syevd: { LAPACKE_ssyevd(LAPACK_ROW_MAJOR, vectors, lower, $0, $1, $2, $3) })
}

extension Double: BLASScalar {
    /// The C functions whose names begin with `d`.
    public static let functions = BLASFunctions<Double>(
        gemm: { cblas_dgemm(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
        gemv: { cblas_dgemv(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) },
        ger: { cblas_dger(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8) },
        dot: { cblas_ddot($0, $1, $2, $3, $4) },
        axpy: { cblas_daxpy($0, $1, $2, $3, $4, $5) },
        scal: { cblas_dscal($0, $1, $2, $3) },
        nrm2: { cblas_dnrm2($0, $1, $2) },
        asum: { cblas_dasum($0, $1, $2) },
        iamax: { Int(cblas_idamax($0, $1, $2)) },
        gesv: { LAPACKE_dgesv(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4, $5, $6) },
        potrf: { LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lower, $0, $1, $2) },
        geqrf: { LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4) },
        orgqr: { LAPACKE_dorgqr(LAPACK_ROW_MAJOR, $0, $1, $2, $3, $4, $5) },
        gesdd: { LAPACKE_dgesdd(LAPACK_ROW_MAJOR, reduced, $0, $1, $2, $3, $4, $5, $6, $7, $8) },
        syevd: { LAPACKE_dsyevd(LAPACK_ROW_MAJOR, vectors, lower, $0, $1, $2, $3) })
}

private let lower = CChar(UInt8(ascii: "L"))
private let reduced = CChar(UInt8(ascii: "S"))
private let vectors = CChar(UInt8(ascii: "V"))
