import CKernels
import Synchronization

/// A reference-counted block of memory that tensors share.
///
/// A block is filled once by the operation that makes it, and from then on written only by an owner that holds the
/// only reference (copy on write). That is what makes it `Sendable`; the packed forms are guarded by a lock.
///
/// An *abstract* block has a size but no memory: operations on it compute shapes and skip the arithmetic, so that
/// ``Module/summary(input:)`` can follow a model without running data.
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Scalar>
    let trace: ShapeTrace?
    /// The same numbers in the order of the direct kernels, kept while the block is not written, for weights that are
    /// used step after step.
    private let packed = Mutex<[PackedForm: Storage]>([:])

    init(count: Int) {
        self.count = count
        trace = nil
        base = gradus_allocate(count * MemoryLayout<Scalar>.stride).assumingMemoryBound(to: Scalar.self)
    }

    /// A block without memory, whose operations are noted in `trace`.
    init(abstract count: Int, trace: ShapeTrace) {
        self.count = count
        self.trace = trace
        base = gradus_allocate(0).assumingMemoryBound(to: Scalar.self)
    }

    /// The packed form that `make` gives, made once.
    func packed(_ form: PackedForm, _ make: () -> Storage) -> Storage {
        if let found = packed.withLock({ $0[form] }) { return found }
        let made = make()
        packed.withLock { $0[form] = made }
        return made
    }

    /// Called before the block is written.
    func forgetPackedForms() { packed.withLock { if !$0.isEmpty { $0 = [:] } } }

    deinit {
        gradus_release(base)
    }
}

/// Which part of a block was packed, and how.
struct PackedForm: Hashable {
    let offset: Int
    let rows: Int
    let outputs: Int
    let rowStep: Int
    let outputStep: Int
    /// Groups of outputs, each packed by itself.
    var groups = 1
    /// What else was done to them, as Winograd's values at so many positions.
    var positions = 1
}
