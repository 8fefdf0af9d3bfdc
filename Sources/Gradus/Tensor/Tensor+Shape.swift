/// Changes of shape. Reshaping shares memory; transposing copies.
extension Tensor {
    /// The same elements under another shape; one length may be −1 and is computed.
    ///
    /// - Traps: when the number of elements differs.
    public func reshaped(to shape: [Int]) -> Tensor {
        var target = shape
        if let free = target.firstIndex(of: -1) {
            target[free] = 1
            let known = isRepresentable(target) ? target.reduce(1, *) : 0
            check(known > 0 && count % known == 0, "reshaped: \(self.shape) cannot become \(shape)")
            target[free] = count / Swift.max(known, 1)
        }
        check(
            isRepresentable(target) && target.reduce(1, *) == count,
            "reshaped: \(self.shape) holds \(count) elements, \(shape) does not")
        let value = Tensor(shape: target, storage: storage, offset: offset)
        return record(value, from: self, transpose: { [source = self.shape] in $0.reshaped(to: source) })
    }

    /// The same elements as a vector.
    public func flattened() -> Tensor { reshaped(to: [count]) }

    /// A new axis of length 1 in front of `axis` (−1 puts it last).
    public func expandingShape(at axis: Int) -> Tensor {
        let at = axis < 0 ? axis + rank + 1 : axis
        check(at >= 0 && at <= rank, "expandingShape: axis \(axis) does not exist beside shape \(shape)")
        var target = shape
        target.insert(1, at: at)
        return reshaped(to: target)
    }

    /// Without an axis of length 1.
    ///
    /// - Traps: when the axis has another length.
    public func squeezingShape(at axis: Int) -> Tensor {
        let axis = normalized(axis: axis, "squeezingShape")
        check(shape[axis] == 1, "squeezingShape: axis \(axis) of shape \(shape) is not of length 1")
        var target = shape
        target.remove(at: axis)
        return reshaped(to: target)
    }

    /// The axes in another order: axis i of the result is axis `permutation[i]` of this tensor.
    ///
    /// Without a permutation, the order is reversed.
    ///
    /// - Traps: when `permutation` does not name each axis once.
    @specialized(where Scalar == Float)
    public func transposed(_ permutation: [Int]? = nil) -> Tensor {
        let order = permutation ?? Array(shape.indices.reversed())
        check(order.sorted() == Array(shape.indices), "transposed: \(order) is not an order of the axes of \(shape)")
        let strides = rowMajorStrides(shape)
        let value = stridedCopy(order.map { shape[$0] }, order.map { strides[$0] })
        var inverse = order
        for (to, from) in order.enumerated() { inverse[from] = to }
        return record(value, from: self, transpose: { [inverse] in $0.transposed(inverse) })
    }

    /// Two axes exchanged.
    public func swappingAxes(_ a: Int, _ b: Int) -> Tensor {
        var order = Array(shape.indices)
        order.swapAt(normalized(axis: a, "swappingAxes"), normalized(axis: b, "swappingAxes"))
        return transposed(order)
    }
}
