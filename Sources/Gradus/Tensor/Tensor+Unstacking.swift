extension Tensor {
    /// The parts of the first axis one by one, each of shape `shape[1...]`; memory is shared.
    ///
    /// Unlike subscripts in a loop, the parts give their gradients back together.
    ///
    /// - Traps: when the tensor is a scalar.
    public func unstacked() -> [Tensor] {
        check(rank > 0, "unstacked: a scalar has no parts")
        let part = Array(shape.dropFirst())
        let size = part.reduce(1, *)
        let parts = (0..<shape[0]).map { Tensor(shape: part, storage: storage, offset: offset + $0 * size) }
        return record(parts, from: [self]) { upstream, _ in
            [.tensor(.stacked(upstream.map { $0 ?? Tensor(zeroBytes: part) }))]
        }
    }

    /// Zero bits, which are zero in every element type.
    init(zeroBytes shape: [Int]) {
        self = .computed(shape) { zeroFill($0, shape.reduce(1, *)) }
    }
}
