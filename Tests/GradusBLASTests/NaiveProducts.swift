import GradusBLAS

/// Numbers that differ from one another and repeat on every run.
func numbers<Scalar: BLASScalar>(_ count: Int, seed: Int = 1) -> [Scalar] {
    (0..<count).map { Scalar((($0 &* 7919 &+ seed &* 104_729) % 2003) - 1001) / 500 }
}

/// `alpha op(A) op(B) + beta C`, one sum after another; row-major with the given leading dimensions.
struct NaiveProduct<Scalar: BLASScalar> {
    let m, n, k: Int
    let transposeA, transposeB: Bool
    /// How much wider than a row the leading dimensions are.
    let slack: Int

    var aRows: Int { transposeA ? k : m }
    var aColumns: Int { transposeA ? m : k }
    var bRows: Int { transposeB ? n : k }
    var bColumns: Int { transposeB ? k : n }
    var lda: Int { aColumns + slack }
    var ldb: Int { bColumns + slack }
    var ldc: Int { n + slack }

    func callAsFunction(_ alpha: Scalar, _ a: [Scalar], _ b: [Scalar], _ beta: Scalar, _ c: [Scalar]) -> [Scalar] {
        var result = c
        for i in 0..<m {
            for j in 0..<n {
                var sum: Scalar = 0
                for l in 0..<k {
                    sum +=
                        (transposeA ? a[l * lda + i] : a[i * lda + l]) * (transposeB ? b[j * ldb + l] : b[l * ldb + j])
                }
                result[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j])
            }
        }
        return result
    }
}

func largestDifference<Scalar: BLASScalar>(_ a: [Scalar], _ b: [Scalar]) -> Double {
    zip(a, b).map { Double(abs($0 - $1)) }.max() ?? 0
}
