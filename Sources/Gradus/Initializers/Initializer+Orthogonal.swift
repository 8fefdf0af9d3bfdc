import GradusBLAS

extension Initializer {
    /// Orthonormal rows or columns, whichever are fewer, times `gain`: the Q of a random matrix's QR factors.
    ///
    /// All axes but the last count as rows. The signs are fixed so that Q is evenly distributed (Saxe et al. 2013).
    public static func orthogonal(gain: Float = 1) -> Initializer {
        Initializer { shape, _, _, random in
            let columns = shape.last ?? 1
            let rows = shape.dropLast().reduce(1, *)
            // QR gives orthonormal columns; a wide matrix is the transpose of a tall one.
            let (tall, narrow) = (max(rows, columns), min(rows, columns))
            let values = Tensor<Float>(normal: [tall, narrow], using: random)
            guard values.count > 0, let (q, r) = try? LAPACK.qr(values.scalars, rows: tall, columns: narrow) else {
                return Tensor(zeros: shape)
            }
            let signs = Tensor<Float>((0..<narrow).map { r[$0 * narrow + $0] < 0 ? -gain : gain })
            let oriented = Tensor(q, shape: [tall, narrow]) * signs
            return (rows >= columns ? oriented : oriented.transposed()).reshaped(to: shape)
        }
    }
}
