import CKernels
import Synchronization

/// A reference-counted block of memory that tensors share.
///
/// Memory is filled once by the operation that creates it, and later written only by an owner with the only reference
/// (copy on write). This makes it `Sendable`; a lock guards the packed forms.
///
/// An *abstract* storage has a size but no memory: operations on it compute shapes and skip the arithmetic, so that
/// ``Module/summary(input:)`` can trace a model without running it.
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Scalar>
    let trace: ShapeTrace?
    /// The same elements in the layouts of the tiled products, cached until the memory is written, for weights that
    /// are used repeatedly.
    private let packed = Mutex<[PackedForm: Storage]>([:])

    init(count: Int) {
        self.count = count
        trace = nil
        base = gradus_allocate(count * MemoryLayout<Scalar>.stride).assumingMemoryBound(to: Scalar.self)
    }

    /// A storage without memory, whose operations are recorded in `trace`.
    init(abstract count: Int, trace: ShapeTrace) {
        self.count = count
        self.trace = trace
        base = gradus_allocate(0).assumingMemoryBound(to: Scalar.self)
    }

    /// The packed form, computed by `make` the first time.
    func packed(_ form: PackedForm, _ make: () -> Storage) -> Storage {
        if let found = packed.withLock({ $0[form] }) { return found }
        let made = make()
        packed.withLock { $0[form] = made }
        return made
    }

    /// Called before the memory is written.
    func forgetPackedForms() { packed.withLock { if !$0.isEmpty { $0 = [:] } } }

    deinit {
        gradus_release(base)
    }
}

/// The part of a storage that was packed, and its layout.
struct PackedForm: Hashable {
    let offset: Int
    let rows: Int
    let outputs: Int
    let rowStep: Int
    let outputStep: Int
    /// Groups of outputs that are packed separately.
    var groups = 1
    /// The positions of a Winograd transform, 1 without one.
    var positions = 1
}

/// Memory held by tensors.
public enum Memory {
    /// Bytes held by tensors now.
    public static var bytesInUse: Int { gradus_bytes_in_use() }

    /// The largest number of bytes that tensors have held at the same time.
    public static var peakBytesInUse: Int { gradus_peak_bytes_in_use() }

    /// Bytes that no tensor uses and that are kept for reuse.
    public static var bytesKept: Int { gradus_bytes_kept() }

    /// Returns the memory that no tensor uses to the system.
    public static func trim() { gradus_trim() }
}

/// Calls `body` with uninitialized memory for `count` elements, aligned to 64 bytes and recycled afterwards.
func withScratch<Scalar: BitwiseCopyable, R>(
    _ count: Int, of type: Scalar.Type = Scalar.self, _ body: (UnsafeMutablePointer<Scalar>) throws -> R
) rethrows -> R {
    let bytes = count * MemoryLayout<Scalar>.stride
    let block = gradus_allocate(bytes)
    defer { gradus_release(block) }
    return try body(block.assumingMemoryBound(to: Scalar.self))
}

/// The record of a model traced without data: the number of multiply-adds.
final class ShapeTrace: Sendable {
    private let sum = Atomic<Int>(0)

    var multiplyAdds: Int { sum.load(ordering: .relaxed) }

    func note(multiplyAdds count: Int) { sum.wrappingAdd(count, ordering: .relaxed) }
}
