import GradusBLAS
import Testing

/// Matrix products against plain loops, in awkward shapes.
@Suite struct GemmTests {
    static let sizes = [
        (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (1, 7, 5), (5, 1, 3), (7, 5, 1), (13, 17, 19), (64, 33, 65),
    ]

    @Test(arguments: sizes, [0, 3])
    func gemmFloat(_ size: (Int, Int, Int), slack: Int) { check(size, slack, Float.self, tolerance: 2e-4) }

    @Test(arguments: sizes, [0, 3])
    func gemmDouble(_ size: (Int, Int, Int), slack: Int) { check(size, slack, Double.self, tolerance: 1e-12) }

    private func check<Scalar: BLASScalar>(
        _ size: (Int, Int, Int), _ slack: Int, _ type: Scalar.Type, tolerance: Double
    ) {
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            for (alpha, beta) in [(1, 0), (0.5, 1), (-2, 0.25)] as [(Scalar, Scalar)] {
                let naive = NaiveProduct<Scalar>(
                    m: size.0, n: size.1, k: size.2, transposeA: transposeA, transposeB: transposeB, slack: slack)
                let a: [Scalar] = numbers(naive.aRows * naive.lda + 1, seed: 1)
                let b: [Scalar] = numbers(naive.bRows * naive.ldb + 1, seed: 2)
                let before: [Scalar] = numbers(naive.m * naive.ldc + 1, seed: 3)
                var c = before
                c.withUnsafeMutableBufferPointer { c in
                    BLAS.gemm(
                        alpha: alpha,
                        MatrixView(a.elements, rows: naive.aRows, columns: naive.aColumns, leadingDimension: naive.lda),
                        transposeA: transposeA,
                        MatrixView(b.elements, rows: naive.bRows, columns: naive.bColumns, leadingDimension: naive.ldb),
                        transposeB: transposeB, beta: beta,
                        into: MutableMatrixView(
                            c, rows: naive.m, columns: naive.n, leadingDimension: naive.ldc))
                }
                // What lies between the rows must be as before, which comparing all of C shows as well.
                #expect(largestDifference(c, naive(alpha, a, b, beta, before)) < tolerance)
            }
        }
    }

    @Test func betaZeroDoesNotReadTheResult() {
        let a: [Float] = [1, 2]
        var c: [Float] = [.nan]
        c.withUnsafeMutableBufferPointer { c in
            BLAS.gemm(
                MatrixView(a.elements, rows: 1, columns: 2), MatrixView(a.elements, rows: 1, columns: 2),
                transposeB: true,
                into: MutableMatrixView(c, rows: 1, columns: 1))
        }
        #expect(c == [5])
    }

    @Test func sizesThatDisagreeEndTheProgram() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            multiplySizesThatDisagree()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("GemmTests.swift:"), "\(message)")
        #expect(message.contains("gemm: [2, 3] by [4, 2] does not fit the result [2, 2]"))
    }
}

extension Array {
    /// The elements in memory; the arrays of these tests outlive its use.
    var elements: UnsafeBufferPointer<Element> { withUnsafeBufferPointer { $0 } }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func multiplySizesThatDisagree() {
    let values = [Float](repeating: 0, count: 16)
    var out = values
    out.withUnsafeMutableBufferPointer { out in
        BLAS.gemm(
            MatrixView(values.elements, rows: 2, columns: 3), MatrixView(values.elements, rows: 4, columns: 2),
            into: MutableMatrixView(out, rows: 2, columns: 2))
    }
}
