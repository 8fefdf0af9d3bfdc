import GradusBLAS
import Testing

/// Factorizations, judged by putting the factors together again.
@Suite struct LAPACKTests {
    @Test func solve() throws {
        let x: [Double] = numbers(10, seed: 2)
        let a = zip(numbers(25), identity(5)).map { $0 + 3 * $1 }
        let found = try LAPACK.solve(a, product(a, x, 5, 5, 2), n: 5, columns: 2)
        #expect(largestDifference(found, x) < 1e-9)
        #expect(throws: LAPACKError.singular(pivot: 2)) { try LAPACK.solve([1, 2, 2, 4], [1, 1], n: 2, columns: 1) }
        #expect(throws: LAPACKError.notFinite("solve")) { try LAPACK.solve([.nan], [1.0], n: 1, columns: 1) }
    }

    @Test func cholesky() throws {
        let b: [Double] = numbers(16)
        var a = product(b, transposed(b, 4, 4), 4, 4, 4)
        for i in 0..<4 { a[i * 5] += 1 }
        let l = try LAPACK.cholesky(a, n: 4)
        #expect(largestDifference(product(l, transposed(l, 4, 4), 4, 4, 4), a) < 1e-12)
        #expect((0..<4).allSatisfy { row in ((row + 1)..<4).allSatisfy { l[row * 4 + $0] == 0 } })
        #expect(throws: LAPACKError.notPositiveDefinite(order: 2)) { try LAPACK.cholesky([1.0, 2, 2, 1], n: 2) }
    }

    @Test(arguments: [(6, 3), (3, 6), (4, 4), (1, 5)])
    func qrAndSVD(_ rows: Int, _ columns: Int) throws {
        let (a, k): ([Double], Int) = (numbers(rows * columns), min(rows, columns))
        let (q, r) = try LAPACK.qr(a, rows: rows, columns: columns)
        #expect(largestDifference(product(q, r, rows, k, columns), a) < 1e-12)
        #expect(largestDifference(product(transposed(q, rows, k), q, k, rows, k), identity(k)) < 1e-12)

        let (u, s, vt) = try LAPACK.svd(a, rows: rows, columns: columns)
        let scaled = vt.indices.map { vt[$0] * s[$0 / columns] }
        #expect(largestDifference(product(u, scaled, rows, k, columns), a) < 1e-12)
        #expect(s == s.sorted(by: >) && s.allSatisfy { $0 >= 0 })
    }

    @Test func symmetricEigen() throws {
        let b: [Float] = numbers(16)
        let a = product(b, transposed(b, 4, 4), 4, 4, 4)
        let (values, vectors) = try LAPACK.symmetricEigen(a, n: 4)
        let scaled = vectors.indices.map { vectors[$0] * values[$0 % 4] }
        #expect(largestDifference(product(scaled, transposed(vectors, 4, 4), 4, 4, 4), a) < 1e-3)
        #expect(values == values.sorted())
    }

    private func product<Scalar: BLASScalar>(_ a: [Scalar], _ b: [Scalar], _ m: Int, _ k: Int, _ n: Int) -> [Scalar] {
        NaiveProduct<Scalar>(m: m, n: n, k: k, transposeA: false, transposeB: false, slack: 0)(
            1, a, b, 0, Array(repeating: 0, count: m * n))
    }

    private func transposed<Scalar>(_ a: [Scalar], _ rows: Int, _ columns: Int) -> [Scalar] {
        (0..<(rows * columns)).map { a[$0 % rows * columns + $0 / rows] }
    }

    private func identity(_ n: Int) -> [Double] { (0..<(n * n)).map { $0 % (n + 1) == 0 ? 1 : 0 } }
}
