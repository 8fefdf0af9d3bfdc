import CLAPACKE
import COpenBLAS

/// The element types of BLAS and LAPACK that Gradus uses: `Float` and `Double`.
///
/// The requirements are the C functions of each type with checked arguments behind ``BLAS`` and ``LAPACK``; they are not
/// meant to be called directly.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, BitwiseCopyable {
    /// The C functions of this type.
    static var functions: BLASFunctions<Self> { get }
}

/// The C functions of one element type, under the names that BLAS and LAPACK give them without the type's letter.
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
