import CKernels

/// A loop over a contiguous result and strided or repeated operands, divided into parts for the threads.
///
/// Axes along which all operands are contiguous are merged, so that kernels get few and long loops.
struct StridedLoop {
    /// The axes of the result after merging.
    private(set) var rank = 0
    /// The lengths of the axes; then for each operand, from index `width`, its strides.
    private var layout: [Int]
    private let width: Int
    private let operands: Int

    /// A view of one operand.
    init(_ shape: [Int], _ strides: [Int]) {
        self.init(width: shape.count, operands: 1)
        for axis in shape.indices where shape[axis] != 1 {
            layout[rank] = shape[axis]
            layout[width + rank] = strides[axis]
            mergeLast()
        }
    }

    /// Operands of the given shapes, broadcast to `shape`.
    init(_ shape: [Int], repeating operands: [Int]...) {
        self.init(width: shape.count, operands: operands.count)
        var steps = operands.map { $0.reduce(1, *) }
        for axis in shape.indices {
            layout[rank] = shape[axis]
            for operand in operands.indices {
                let own = axis - (shape.count - operands[operand].count)
                let length = own < 0 ? 1 : operands[operand][own]
                if length > 1 { steps[operand] /= length }
                layout[(1 + operand) * width + rank] = length == 1 ? 0 : steps[operand]
            }
            if shape[axis] != 1 { mergeLast() }
        }
    }

    private init(width: Int, operands: Int) {
        (self.width, self.operands) = (width, operands)
        layout = Array(repeating: 0, count: (1 + operands) * width)
    }

    /// Adds axis `rank`, merged with the previous one if all operands are contiguous across both.
    private mutating func mergeLast() {
        let runsOn =
            rank > 0
            && (1...operands).allSatisfy {
                layout[$0 * width + rank - 1] == layout[$0 * width + rank] * layout[rank]
            }
        guard runsOn else { return rank += 1 }
        layout[rank - 1] *= layout[rank]
        for operand in 1...operands { layout[operand * width + rank - 1] = layout[operand * width + rank] }
    }

    /// A contiguous part of the result.
    struct Part {
        /// Its offset.
        let start: Int
        let rank: Int32
        let shape: UnsafePointer<Int>
        fileprivate let width: Int
        fileprivate let offsets: UnsafePointer<Int>

        /// The offset of an operand's part.
        func offset(_ operand: Int) -> Int { offsets[operand] }
        func strides(_ operand: Int) -> UnsafePointer<Int> { shape + (1 + operand) * width }
    }

    /// Calls `body` for every part. If an operand is contiguous along an axis other than the last, it is transposed
    /// square by square, and parts do not split the squares.
    func forEachPart(_ body: @Sendable (Part) -> Void) {
        let count = layout[..<rank].reduce(1, *)
        guard count > Parallel.elementGrain else {
            if count == 0 { return }
            return withUnsafeTemporaryAllocation(of: Int.self, capacity: operands) { offsets in
                offsets.initialize(repeating: 0)
                layout.withUnsafeBufferPointer {
                    body(
                        Part(
                            start: 0, rank: Int32(rank), shape: $0.baseAddress ?? UnsafePointer(offsets.baseAddress!),
                            width: width, offsets: UnsafePointer(offsets.baseAddress!)))
                }
            }
        }
        let transposed = (0..<rank - 1).first { axis in
            layout[axis] >= 16
                && (1...operands).contains { layout[$0 * width + axis] == 1 && layout[$0 * width + rank - 1] != 0 }
        }
        var axis = 0
        var inner = count / layout[0]
        while inner > Parallel.elementGrain && axis < transposed ?? rank - 1 {
            axis += 1
            inner /= layout[axis]
        }
        let rows = max(1, Parallel.elementGrain / inner)
        forEachPart(of: axis, inner: inner, step: axis == transposed ? (rows + 15) / 16 * 16 : rows, body)
    }

    /// Calls `body` for every `step` indices of an axis, for each index of the axes before it.
    private func forEachPart(of axis: Int, inner: Int, step: Int, _ body: @Sendable (Part) -> Void) {
        let length = layout[axis]
        let parts = (length + step - 1) / step
        Parallel.forEach(layout[..<axis].reduce(parts, *)) { index in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: layout.count + operands) { memory in
                let part = memory.baseAddress!
                let offsets = part + layout.count
                part.initialize(from: layout, count: layout.count)
                let first = index % parts * step
                part[axis] = min(step, length - first)
                for operand in 0..<operands { offsets[operand] = part[(1 + operand) * width + axis] * first }
                var rest = index / parts
                for leading in (0..<axis).reversed() {
                    let index = rest % layout[leading]
                    rest /= layout[leading]
                    for operand in 0..<operands { offsets[operand] += index * part[(1 + operand) * width + leading] }
                }
                body(
                    Part(
                        start: (index / parts * length + first) * inner, rank: Int32(rank - axis), shape: part + axis,
                        width: width, offsets: offsets))
            }
        }
    }
}

extension Kernels {
    /// Copies a strided view.
    static func copyStrided<Scalar: TensorScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ source: UnsafePointer<Scalar>, _ shape: [Int], _ strides: [Int]
    ) {
        let kernel = gradus_bytes().pointee.copy_strided
        nonisolated(unsafe) let (out, source) = (out, source)
        StridedLoop(shape, strides).forEachPart { part in
            kernel(
                out + part.start, source + part.offset(0), part.rank, part.shape, part.strides(0),
                Int32(MemoryLayout<Scalar>.size))
        }
    }

    /// The arguments of a kernel with two operands: offsets of the result and the operands; rank, shape and strides.
    typealias BroadcastBody =
        @Sendable (
            _ start: Int, _ a: Int, _ b: Int, _ rank: Int32, _ shape: UnsafePointer<Int>,
            _ aStrides: UnsafePointer<Int>,
            _ bStrides: UnsafePointer<Int>
        ) -> Void

    /// Calls `body` for the parts of a broadcast result.
    static func forEachPart(of broadcast: Broadcast, _ body: BroadcastBody) {
        guard let steps = broadcast.steps else {
            return StridedLoop(broadcast.shape, repeating: broadcast.operands.a, broadcast.operands.b).forEachPart {
                part in
                body(
                    part.start, part.offset(0), part.offset(1), part.rank, part.shape, part.strides(0), part.strides(1))
            }
        }
        Parallel.forEachRange(broadcast.count, grain: Parallel.elementGrain) { start, length in
            withUnsafePointer(to: length) { length in
                withUnsafePointer(to: steps.a) { a in
                    withUnsafePointer(to: steps.b) { b in
                        body(start, start * steps.a, start * steps.b, 1, length, a, b)
                    }
                }
            }
        }
    }

    static func binary<Scalar: DifferentiableScalar>(
        _ operation: gradus_binary, _ out: UnsafeMutablePointer<Scalar>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, _ broadcast: Broadcast
    ) {
        let kernel = Scalar.kernels.pointee.binary
        nonisolated(unsafe) let (out, a, b) = (out, a, b)
        forEachPart(of: broadcast) { start, atA, atB, rank, shape, aStrides, bStrides in
            kernel(operation, out + start, a + atA, b + atB, rank, shape, aStrides, bStrides)
        }
    }

    /// A comparison, or Boolean logic.
    static func compare<Scalar: TensorScalar>(
        _ operation: gradus_comparison, _ out: UnsafeMutablePointer<Bool>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, _ broadcast: Broadcast
    ) {
        let kernel = gradus_bytes().pointee.compare
        let result = UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self)
        nonisolated(unsafe) let (out, a, b) = (result, a, b)
        forEachPart(of: broadcast) { start, atA, atB, rank, shape, aStrides, bStrides in
            kernel(
                Scalar.elementType.kernelType, operation, out + start, a + atA, b + atB, rank, shape, aStrides, bStrides
            )
        }
    }

    /// Whether all elements of two arrays are equal.
    static func areEqual<Scalar: TensorScalar>(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ count: Int)
        -> Bool
    {
        let block = min(count, 1 << 12)
        return withScratch(block, of: Bool.self) { mask in
            for start in stride(from: 0, to: count, by: max(1, block)) {
                let length = min(block, count - start)
                compare(GRADUS_UNEQUAL, mask, a + start, b + start, Broadcast([length], [length], "=="))
                let bytes = UnsafeRawPointer(mask).assumingMemoryBound(to: UInt8.self)
                if gradus_bytes().pointee.count_true(bytes, length) > 0 { return false }
            }
            return true
        }
    }

    /// `mask ? a : b` with the strides of each.
    static func choose<Scalar: TensorScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ mask: UnsafePointer<Bool>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, _ loop: StridedLoop
    ) {
        let kernel = gradus_bytes().pointee.select
        let mask = UnsafeRawPointer(mask).assumingMemoryBound(to: UInt8.self)
        nonisolated(unsafe) let (out, chosen, a, b) = (out, mask, a, b)
        loop.forEachPart { part in
            kernel(
                out + part.start, chosen + part.offset(0), a + part.offset(1), b + part.offset(2), part.rank,
                part.shape,
                part.strides(0), part.strides(1), part.strides(2), Int32(MemoryLayout<Scalar>.size))
        }
    }
}
