import CLAPACKE
import COpenBLAS

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

private let lower = CChar(UInt8(ascii: "L"))
private let reduced = CChar(UInt8(ascii: "S"))
private let vectors = CChar(UInt8(ascii: "V"))
