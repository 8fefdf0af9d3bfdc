/// Every operation creates its result with one of these: they allocate memory, keep the inputs alive while `body`
/// runs, and skip `body` if an input is abstract (see ``Storage``).
extension Tensor {
    static func computed(_ shape: [Int], _ body: (UnsafeMutablePointer<Scalar>) -> Void) -> Tensor {
        checkResult(shape)
        let result = Tensor(shape: shape, storage: Storage(count: shape.reduce(1, *)))
        body(result.storage.base)
        return result
    }

    static func abstract(_ shape: [Int], _ trace: ShapeTrace) -> Tensor {
        checkResult(shape)
        return Tensor(shape: shape, storage: Storage(abstract: shape.reduce(1, *), trace: trace))
    }

    /// Ends the program if the result is too large for any memory, before anything is computed from its shape.
    private static func checkResult(_ shape: [Int]) {
        guard !isRepresentable(shape) else { return }
        stop("Tensor: a result of shape \(shape) does not fit in memory")
    }

    static func computed<A>(
        _ shape: [Int], _ a: Tensor<A>, _ body: (UnsafeMutablePointer<Scalar>, UnsafePointer<A>) -> Void
    ) -> Tensor {
        if let trace = a.storage.trace { return abstract(shape, trace) }
        return computed(shape) { out in withExtendedLifetime(a.storage) { body(out, a.pointer) } }
    }

    static func computed<A, B>(
        _ shape: [Int], _ a: Tensor<A>, _ b: Tensor<B>,
        _ body: (UnsafeMutablePointer<Scalar>, UnsafePointer<A>, UnsafePointer<B>) -> Void
    ) -> Tensor {
        if let trace = a.storage.trace ?? b.storage.trace { return abstract(shape, trace) }
        return computed(shape) { out in
            withExtendedLifetime((a.storage, b.storage)) { body(out, a.pointer, b.pointer) }
        }
    }

    static func computed<A, B, C>(
        _ shape: [Int], _ a: Tensor<A>, _ b: Tensor<B>, _ c: Tensor<C>,
        _ body: (UnsafeMutablePointer<Scalar>, UnsafePointer<A>, UnsafePointer<B>, UnsafePointer<C>) -> Void
    ) -> Tensor {
        if let trace = a.storage.trace ?? b.storage.trace ?? c.storage.trace { return abstract(shape, trace) }
        return computed(shape) { out in
            withExtendedLifetime((a.storage, b.storage, c.storage)) { body(out, a.pointer, b.pointer, c.pointer) }
        }
    }

    static func computed(
        _ shape: [Int], _ inputs: [Tensor], _ body: (UnsafeMutablePointer<Scalar>, [UnsafePointer<Scalar>]) -> Void
    ) -> Tensor {
        if let trace = inputs.lazy.compactMap({ $0.storage.trace }).first { return abstract(shape, trace) }
        return computed(shape) { out in withExtendedLifetime(inputs) { body(out, inputs.map(\.pointer)) } }
    }
}

extension Tensor {
    /// An additional result of an operation, to be filled together with the first by one `computed`.
    static func uninitialized<A>(_ shape: [Int], like input: Tensor<A>) -> Tensor {
        if let trace = input.storage.trace { return abstract(shape, trace) }
        return computed(shape) { _ in }
    }

    /// The memory of a tensor made with ``uninitialized(_:like:)``, for the operation that fills it.
    var destination: UnsafeMutablePointer<Scalar> { storage.base + offset }
}
