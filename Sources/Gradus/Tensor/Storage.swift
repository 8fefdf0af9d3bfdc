import CKernels

/// A reference-counted block of memory that tensors share.
///
/// A block is filled once by the operation that makes it, and from then on written only by an owner that holds the
/// only reference (copy on write), which is what makes sharing between threads safe.
///
/// An *abstract* block has a size but no memory: operations on it compute shapes and skip the arithmetic, so that
/// ``Module/summary(input:)`` can follow a model without running data.
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Scalar>
    let trace: ShapeTrace?

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

    deinit {
        gradus_release(base, trace == nil ? count * MemoryLayout<Scalar>.stride : 0)
    }
}
