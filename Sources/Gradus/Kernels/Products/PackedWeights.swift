import CKernels

/// Weights in the layout that the tiled products read: in blocks of outputs that are computed together, one block's
/// rows after another's.
struct PackedWeights<Scalar: DifferentiableScalar>: Sendable {
    /// The outputs of a block.
    static var block: Int { Int(GRADUS_BLOCK_BYTES) / MemoryLayout<Scalar>.stride }

    /// The number of blocks with the given rows that fit a core's cache.
    static func cachedBlocks(rows: Int) -> Int {
        max(1, Int(GRADUS_CACHED_BYTES) / (Int(GRADUS_BLOCK_BYTES) * max(1, rows)))
    }

    /// Elements of a group's window.
    let rows: Int
    /// Outputs of a group.
    let outputs: Int
    let groups: Int
    private let storage: Storage<Scalar>
    /// The offset in the storage.
    private let offset: Int

    /// Weights that are packed already, at an offset of a storage.
    init(rows: Int, outputs: Int, groups: Int = 1, in storage: Storage<Scalar>, at offset: Int) {
        (self.rows, self.outputs, self.groups) = (rows, outputs, groups)
        (self.storage, self.offset) = (storage, offset)
    }

    /// Uninitialized memory for `rows` rows of `outputs` weights for each group.
    init(rows: Int, outputs: Int, groups: Int = 1) {
        self.init(
            rows: rows, outputs: outputs, groups: groups,
            in: Storage(count: groups * Self.count(rows, outputs)), at: 0)
    }

    /// The weights `matrix[k, m]`, or `matrix[m, k]` if transposed. The tensor caches the packed form until it
    /// changes. The columns are divided into groups.
    init(keptBy matrix: Tensor<Scalar>, transposed: Bool = false, groups: Int = 1) {
        let (rows, allOutputs) = transposed ? (matrix.shape[1], matrix.shape[0]) : (matrix.shape[0], matrix.shape[1])
        let (rowStep, outputStep) = transposed ? (1, matrix.shape[1]) : (matrix.shape[1], 1)
        let outputs = allOutputs / groups
        let form = PackedForm(
            offset: matrix.offset, rows: rows, outputs: outputs, rowStep: rowStep, outputStep: outputStep,
            groups: groups)
        let storage = matrix.storage.packed(form) {
            let made = PackedWeights(rows: rows, outputs: outputs, groups: groups)
            withExtendedLifetime(matrix.storage) {
                made.pack(
                    matrix.pointer, rows: 0..<rows, rowStep: rowStep, outputStep: outputStep,
                    groupStep: outputs * outputStep)
            }
            return made.storage
        }
        self.init(rows: rows, outputs: outputs, groups: groups, in: storage, at: 0)
    }

    /// The last block is half as wide if that suffices.
    static func paddedOutputs(_ outputs: Int) -> Int { (outputs + block / 2 - 1) / (block / 2) * (block / 2) }

    /// The number of elements of `rows` packed rows.
    static func count(_ rows: Int, _ outputs: Int) -> Int { rows * paddedOutputs(outputs) }

    var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.base + offset) }
    var bytes: Int { groups * Self.count(rows, outputs) * MemoryLayout<Scalar>.stride }

    /// Packs `weights[group · groupStep + k · rowStep + m · outputStep]` as the given rows of each group.
    func pack(
        _ weights: UnsafePointer<Scalar>, rows range: Range<Int>, rowStep: Int, outputStep: Int, groupStep: Int = 0
    ) {
        nonisolated(unsafe) let weights = weights
        let grain = max(16, Parallel.elementGrain / max(1, outputs * groups))
        Parallel.forEachRange(range.count, grain: grain) { first, count in
            for group in 0..<groups {
                Scalar.kernels.pointee.pack_weights(
                    storage.base + offset + group * Self.count(rows, outputs),
                    weights + group * groupStep + first * rowStep, range.lowerBound + first, count, rows, rowStep,
                    outputs, outputStep)
            }
        }
    }
}
