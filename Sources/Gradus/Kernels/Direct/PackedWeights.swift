import CKernels

/// Weights as the direct kernels read them: in blocks of outputs that are computed together, each block's rows one behind
/// the other.
struct PackedWeights<Scalar: DifferentiableScalar>: Sendable {
    /// How many outputs a block has.
    static var block: Int { Int(GRADUS_BLOCK_BYTES) / MemoryLayout<Scalar>.stride }

    /// How many blocks of the given number of rows stay in a core's cache.
    static func cachedBlocks(rows: Int) -> Int {
        max(1, Int(GRADUS_CACHED_BYTES) / (Int(GRADUS_BLOCK_BYTES) * max(1, rows)))
    }

    /// Elements of a window.
    let rows: Int
    let outputs: Int
    private let storage: Storage<Scalar>
    /// Where in the storage they begin.
    private let offset: Int

    /// Weights that are packed already, from `offset` of a storage on.
    init(rows: Int, outputs: Int, in storage: Storage<Scalar>, at offset: Int) {
        (self.rows, self.outputs, self.storage, self.offset) = (rows, outputs, storage, offset)
    }

    /// Room for `rows` rows of `outputs` weights.
    init(rows: Int, outputs: Int) {
        self.init(rows: rows, outputs: outputs, in: Storage(count: Self.count(rows, outputs)), at: 0)
    }

    /// The weights `matrix[k, m]`, or `matrix[m, k]` when transposed, of a tensor that keeps the packed form for the next
    /// use; it is made anew after the tensor has changed.
    init(keptBy matrix: Tensor<Scalar>, transposed: Bool = false) {
        let (rows, outputs) = transposed ? (matrix.shape[1], matrix.shape[0]) : (matrix.shape[0], matrix.shape[1])
        let (rowStep, outputStep) = transposed ? (1, matrix.shape[1]) : (matrix.shape[1], 1)
        let form = PackedForm(
            offset: matrix.offset, rows: rows, outputs: outputs, rowStep: rowStep, outputStep: outputStep)
        let storage = matrix.storage.packed(form) {
            let made = PackedWeights(rows: rows, outputs: outputs)
            withExtendedLifetime(matrix.storage) {
                made.pack(matrix.pointer, rows: 0..<rows, rowStep: rowStep, outputStep: outputStep)
            }
            return made.storage
        }
        self.init(rows: rows, outputs: outputs, in: storage, at: 0)
    }

    /// The last block is half as wide when that is enough.
    static func paddedOutputs(_ outputs: Int) -> Int { (outputs + block / 2 - 1) / (block / 2) * (block / 2) }

    /// Numbers that so many rows of outputs take.
    static func count(_ rows: Int, _ outputs: Int) -> Int { rows * paddedOutputs(outputs) }

    var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.base + offset) }
    var bytes: Int { Self.count(rows, outputs) * MemoryLayout<Scalar>.stride }

    /// Packs `weights[k · rowStep + m · outputStep]` as the given rows.
    func pack(_ weights: UnsafePointer<Scalar>, rows range: Range<Int>, rowStep: Int, outputStep: Int) {
        nonisolated(unsafe) let weights = weights
        Parallel.forEachRange(range.count, grain: max(16, Parallel.elementGrain / max(1, outputs))) { first, count in
            Scalar.kernels.pointee.pack_weights(
                storage.base + offset, weights + first * rowStep, range.lowerBound + first, count, rows, rowStep,
                outputs,
                outputStep)
        }
    }
}
