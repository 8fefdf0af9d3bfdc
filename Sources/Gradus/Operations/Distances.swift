import CKernels

/// The squared Euclidean distances between the rows of two tensors: `|aᵢ|² + |bⱼ|² − 2 aᵢ·bⱼ`, by one matrix product.
///
/// Rows far from the origin lose digits in the difference; subtract their mean first. Not differentiable.
///
/// - Parameters:
///   - a: `[N, D]`.
///   - b: `[M, D]`.
/// - Returns: `[N, M]`, at least 0.
/// - Traps: when the rows differ in length.
public func squaredDistances(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
    check(
        a.rank == 2 && b.rank == 2 && a.shape[1] == b.shape[1],
        "squaredDistances: expected rows [N, D] and [M, D], got \(a.shape) and \(b.shape)")
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
                        // Rounding may give numbers below 0; `max` would turn NaN into 0.
                        let distance = own + others[column] - 2 * line[column]
                        result[column] = distance < 0 ? 0 : distance
                    }
                }
            }
        }
    }
}

/// Sums of absolute differences, `[M, N]`. Queries alternate with pieces of the block that fit a core's cache.
package func manhattanDistances(_ queries: Tensor<UInt8>, _ block: Tensor<UInt8>) -> Tensor<Float> {
    let (m, n, features) = (queries.shape[0], block.shape[0], queries.shape[1])
    return .computed([m, n], queries, block) { out, queries, block in
        let piece = max(1, (1 << 18) / max(1, features))
        nonisolated(unsafe) let (queries, block, out) = (queries, block, out)
        Parallel.forEachRange(m, grain: 50) { first, length in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: piece) { sums in
                for start in stride(from: 0, to: n, by: piece) {
                    let count = min(piece, n - start)
                    for row in first..<(first + length) {
                        gradus_bytes().pointee.manhattan(
                            sums.baseAddress!, queries + row * features, block + start * features, count, features)
                        for i in 0..<count { out[row * n + start + i] = Float(sums[i]) }
                    }
                }
            }
        }
    }
}
