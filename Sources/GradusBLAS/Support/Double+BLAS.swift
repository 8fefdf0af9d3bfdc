import CLAPACKE
import COpenBLAS

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
