/// The squared Euclidean distances between the rows of two tensors: `|aᵢ|² + |bⱼ|² − 2 aᵢ·bⱼ`, by one matrix product.
///
/// Rows far from the origin lose digits in the difference; bring them to mean 0 first. Not differentiated.
///
/// - Parameters:
///   - a: `[N, D]`.
///   - b: `[M, D]`.
/// - Returns: `[N, M]`, nowhere below 0.
/// - Traps: when the rows differ in length.
public func squaredDistances(
    _ a: Tensor<Float>, _ b: Tensor<Float>, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Float> {
    check(
        a.rank == 2 && b.rank == 2 && a.shape[1] == b.shape[1],
        "squaredDistances: expected rows [N, D] and [M, D], got \(a.shape) and \(b.shape)", file, line)
    let (x, y) = (a.detached(), b.detached())
    let (n, m) = (x.shape[0], y.shape[0])
    let lengths = (x.squared().sum(axes: [1]).scalars, y.squared().sum(axes: [1]).scalars)
    return .computed([n, m], matmul(x, y, transposeB: true)) { out, products in
        lengths.1.withUnsafeBufferPointer { others in
            nonisolated(unsafe) let (products, out, others) = (products, out, others)
            Parallel.forEachRange(n, grain: max(1, Parallel.elementGrain / max(1, m))) { start, count in
                for row in start..<(start + count) {
                    let (own, line, result) = (lengths.0[row], products + row * m, out + row * m)
                    for column in 0..<m {
                        // Rounding may fall below 0; `max` would make 0 of NaN.
                        let distance = own + others[column] - 2 * line[column]
                        result[column] = distance < 0 ? 0 : distance
                    }
                }
            }
        }
    }
}
