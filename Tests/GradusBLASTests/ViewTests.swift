import GradusBLAS
import Testing

/// Views of buffers: what they cover must be there.
@Suite struct ViewTests {
    @Test func aViewMayEndWithItsLastElement() {
        let values: [Double] = [1, 2, 3, 4, 5, 6, 7]
        values.withUnsafeBufferPointer { values in
            // Rows 1 2 and 6 7, and every third element.
            let matrix = MatrixView(values, rows: 2, columns: 2, leadingDimension: 5)
            let vector = VectorView(values, count: 3, stride: 3)
            #expect((matrix.rows, matrix.columns, matrix.leadingDimension) == (2, 2, 5))
            #expect((vector.count, vector.stride) == (3, 3))
            #expect(BLAS.asum(vector) == 12)
            var product = [Double](repeating: 0, count: 2)
            product.withUnsafeMutableBufferPointer {
                BLAS.gemv(matrix, VectorView(values, count: 2), into: MutableVectorView($0, count: 2))
            }
            #expect(product == [5, 20])
        }
    }

    @Test func emptyViewsNeedNoMemory() {
        let none = UnsafeBufferPointer<Float>(start: nil, count: 0)
        #expect(BLAS.dot(VectorView(none, count: 0), VectorView(none, count: 0)) == 0)
        #expect(MatrixView(none, rows: 0, columns: 3).rows == 0)
    }

    @Test func buffersThatAreTooShortEndTheProgram() async {
        let matrix = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { viewMatrix() }
        #expect(text(matrix).contains("MatrixView: 2 × 3 with leading dimension 4 does not fit in 6 elements"))
        let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { viewVector() }
        #expect(text(vector).contains("elements at distance \(Int.max) do not fit in 6"))
    }

    private func text(_ result: ExitTest.Result?) -> String {
        result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
    }
}

/// Outside of the exit tests, whose bodies the macro compiles in files of their own.
private func viewMatrix() {
    [Float](repeating: 0, count: 6).withUnsafeBufferPointer {
        _ = MatrixView($0, rows: 2, columns: 3, leadingDimension: 4)
    }
}

private func viewVector() {
    [Float](repeating: 0, count: 6).withUnsafeBufferPointer { _ = VectorView($0, count: 3, stride: .max) }
}
