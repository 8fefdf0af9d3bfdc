import GradusBLAS
import Testing

/// Operations on vectors and a matrix with a vector, with strides.
@Suite struct VectorTests {
    @Test(arguments: [0, 1, 2, 17], [1, 3])
    func dotAxpyAndNorms(_ count: Int, stride: Int) {
        let (x, y): ([Double], [Double]) = (numbers(count * stride + 1), numbers(count * stride + 1, seed: 2))
        let places = (0..<count).map { $0 * stride }
        let view = VectorView(x.elements, count: count, stride: stride)
        #expect(
            abs(
                BLAS.dot(view, VectorView(y.elements, count: count, stride: stride))
                    - places.map { x[$0] * y[$0] }.reduce(0, +)) < 1e-12)
        #expect(abs(BLAS.nrm2(view) - places.map { x[$0] * x[$0] }.reduce(0, +).squareRoot()) < 1e-12)
        #expect(abs(BLAS.asum(view) - places.map { abs(x[$0]) }.reduce(0, +)) < 1e-12)
        let largest = places.map { abs(x[$0]) }.max()
        #expect(BLAS.iamax(view) == largest.flatMap { value in places.firstIndex { abs(x[$0]) == value } })

        var sum = y
        sum.withUnsafeMutableBufferPointer {
            BLAS.axpy(alpha: 2, view, into: MutableVectorView($0, count: count, stride: stride))
        }
        #expect(sum == y.indices.map { places.contains($0) ? y[$0] + 2 * x[$0] : y[$0] })
        sum.withUnsafeMutableBufferPointer {
            BLAS.scal(alpha: 0.5, MutableVectorView($0, count: count, stride: stride))
        }
        #expect(places.allSatisfy { sum[$0] == (y[$0] + 2 * x[$0]) / 2 })
    }

    @Test(arguments: [false, true])
    func gemvAndGer(_ transposeA: Bool) {
        let (m, n, lda) = (4, 6, 8)
        let a: [Float] = numbers(m * lda)
        let x: [Float] = numbers(6, seed: 2)
        let (rows, columns) = transposeA ? (n, m) : (m, n)
        var y: [Float] = numbers(rows, seed: 3)
        let before = y
        y.withUnsafeMutableBufferPointer {
            BLAS.gemv(
                alpha: 2, MatrixView(a.elements, rows: m, columns: n, leadingDimension: lda), transposeA: transposeA,
                VectorView(x.elements, count: columns), beta: 0.5, into: MutableVectorView($0, count: rows))
        }
        let expected = (0..<rows).map { i in
            2 * (0..<columns).map { j in (transposeA ? a[j * lda + i] : a[i * lda + j]) * x[j] }.reduce(0, +) + before[
                i] / 2
        }
        #expect(largestDifference(y, expected) < 1e-5)

        var b = a
        b.withUnsafeMutableBufferPointer {
            BLAS.ger(
                alpha: 3, VectorView(x.elements, count: m), VectorView(x.elements, count: n),
                into: MutableMatrixView($0, rows: m, columns: n, leadingDimension: lda))
        }
        let outer = a.indices.map { at in at % lda < n ? a[at] + 3 * x[at / lda] * x[at % lda] : a[at] }
        #expect(largestDifference(b, outer) < 1e-5)
    }

    @Test func configurationIsReadable() {
        #expect(BLAS.version.first?.isNumber == true)
        #expect(!BLAS.kernel.isEmpty)
        let threads = BLAS.threads
        BLAS.threads = 1
        #expect(BLAS.threads == 1)
        BLAS.threads = threads
    }
}
