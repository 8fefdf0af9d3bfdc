import GradusBLAS

/// The matrix product `op(a) op(b)`, where `op` transposes the last two axes if its flag is set, without a copy.
///
/// Leading axes are batches and broadcast; a vector is a row on the left and a column on the right, and its axis is
/// dropped from the result.
///
/// - Parameters:
///    - a: `[…, M, K]`, or `[…, K, M]` with `transposeA`.
///    - b: `[…, K, P]`, or `[…, P, K]` with `transposeB`.
/// - Returns: `[…, M, P]`.
/// - Traps: when the inner lengths disagree or the batches do not broadcast.
@specialized(where Scalar == Float)
public func matmul<Scalar: DifferentiableScalar>(
    _ a: Tensor<Scalar>, transposeA: Bool = false, _ b: Tensor<Scalar>, transposeB: Bool = false
) -> Tensor<Scalar> {
    check(a.rank > 0 && b.rank > 0, "matmul: a scalar is not a matrix; got shapes \(a.shape) and \(b.shape)")
    if a.rank == 1 {
        let result = matmul(a.reshaped(to: [1, a.count]), b, transposeB: transposeB)
        return result.squeezingShape(at: b.rank == 1 ? 0 : -2)
    }
    if b.rank == 1 {
        return matmul(a, transposeA: transposeA, b.reshaped(to: [b.count, 1]))
            .squeezingShape(at: -1)
    }
    let product = MatrixProduct(a.shape, transposeA, b.shape, transposeB)
    let (x, y) = (a.detached(), b.detached())
    return record(product(x, y), from: a, b) { upstream, pass in
        let y = pass.input(1, y)
        // The gradient with respect to op(a) is upstream · op(b)ᵀ; it is transposed if a was.
        let gradient =
            transposeA
            ? matmul(y, transposeA: transposeB, upstream, transposeB: true)
            : matmul(upstream, y, transposeB: !transposeB)
        return gradient.summed(to: x.shape)
    } _: { upstream, pass in
        let x = pass.input(0, x)
        if x.rank > 2 && y.rank == 2 {
            // One product over all rows of the batch instead of one per matrix and their sum.
            let columns = upstream.shape[upstream.rank - 1]
            let rows = transposeA ? x.swappingAxes(-1, -2) : x
            let flat = rows.reshaped(to: [-1, rows.shape[rows.rank - 1]])
            let flatUp = upstream.reshaped(to: [-1, columns])
            return transposeB ? matmul(flatUp, transposeA: true, flat) : matmul(flat, transposeA: true, flatUp)
        }
        let gradient =
            transposeB
            ? matmul(upstream, transposeA: true, x, transposeB: transposeA)
            : matmul(x, transposeA: !transposeA, upstream)
        return gradient.summed(to: y.shape)
    }
}

/// The sizes of a batched product.
private struct MatrixProduct {
    let (m, k, n): (Int, Int, Int)
    let batch: Broadcast
    let (transposeA, transposeB): (Bool, Bool)
    let (aRows, aColumns, bRows, bColumns): (Int, Int, Int, Int)

    init(_ a: [Int], _ transposeA: Bool, _ b: [Int], _ transposeB: Bool) {
        (aRows, aColumns) = (a[a.count - 2], a[a.count - 1])
        (bRows, bColumns) = (b[b.count - 2], b[b.count - 1])
        (m, k) = transposeA ? (aColumns, aRows) : (aRows, aColumns)
        n = transposeB ? bRows : bColumns
        let inner = transposeB ? bColumns : bRows
        check(
            k == inner,
            "matmul: inner lengths disagree: \(a)\(transposeA ? " transposed" : "") by \(b)\(transposeB ? " transposed" : "")"
        )
        batch = Broadcast(Array(a.dropLast(2)), Array(b.dropLast(2)), "matmul")
        (self.transposeA, self.transposeB) = (transposeA, transposeB)
    }

    func callAsFunction<Scalar: DifferentiableScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
        let shape = batch.shape + [m, n]
        (a.storage.trace ?? b.storage.trace)?.note(multiplyAdds: batch.shape.reduce(1, *) * m * n * k)
        return .computed(shape, a, b) { out, x, y in
            guard !shape.contains(0) else { return }
            let isOneMatrixB = !batch.bStrides.contains { $0 != 0 }
            if isOneMatrixB && !transposeA && a.count == batch.shape.reduce(1, *) * m * k {
                multiply(out, x, y, rows: batch.shape.reduce(1, *) * m)
            } else {
                multiplyEach(out, x, y)
            }
        }
    }

    private func multiply<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, rows: Int
    ) {
        Kernels.matmul(
            MatrixView(x, rows: transposeA ? aRows : rows, columns: aColumns), transposeA: transposeA,
            MatrixView(y, rows: bRows, columns: bColumns), transposeB: transposeB,
            into: MutableMatrixView(out, rows: rows, columns: n))
    }

    private func multiplyEach<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>
    ) {
        let (strides, aStrides, bStrides) = (rowMajorStrides(batch.shape), batch.aStrides, batch.bStrides)
        let matrices = batch.shape.reduce(1, *)
        nonisolated(unsafe) let (out, x, y) = (out, x, y)
        Parallel.forEachRange(matrices, grain: max(1, Kernels.productGrain / max(1, m * n * k))) { start, length in
            for index in start..<(start + length) {
                var (atA, atB) = (0, 0)
                for axis in batch.shape.indices {
                    let position = index / strides[axis] % batch.shape[axis]
                    atA += position * aStrides[axis]
                    atB += position * bStrides[axis]
                }
                multiply(out + index * m * n, x + atA * m * k, y + atB * k * n, rows: m)
            }
        }
    }
}
