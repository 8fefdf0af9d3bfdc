import CKernels

/// Weights as the direct kernels read them: in blocks of outputs that are computed together, each block's rows one behind
/// the other.
struct PackedWeights<Scalar: DifferentiableScalar>: @unchecked Sendable {
    /// How many outputs a block has.
    static var block: Int { Int(GRADUS_BLOCK_BYTES) / MemoryLayout<Scalar>.stride }

    /// Elements of a window.
    let rows: Int
    let outputs: Int
    private let storage: Storage<Scalar>

    /// Room for `rows` rows of `outputs` weights.
    init(rows: Int, outputs: Int) {
        (self.rows, self.outputs) = (rows, outputs)
        // The last block is half as wide when that is enough.
        let half = Self.block / 2
        storage = Storage(count: rows * ((outputs + half - 1) / half * half))
    }

    var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.base) }
    var bytes: Int { storage.count * MemoryLayout<Scalar>.stride }

    /// Packs `weights[k · rowStep + m · outputStep]` as the given rows.
    func pack(_ weights: UnsafePointer<Scalar>, rows range: Range<Int>, rowStep: Int, outputStep: Int) {
        Parallel.forEachRange(range.count, grain: max(16, Parallel.elementGrain / max(1, outputs))) { first, count in
            Scalar.kernels.pack_weights(
                storage.base, weights + first * rowStep, range.lowerBound + first, count, rows, rowStep, outputs,
                outputStep)
        }
    }
}
