/// Changes of shape. Reshaping shares memory; transposing copies.
extension Tensor {
    /// The same elements with another shape; one length may be −1 and is inferred.
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
            "reshaped: \(self.shape) has \(count) elements, \(shape) has not")
        let value = Tensor(shape: target, storage: storage, offset: offset)
        return record(value, from: self, transpose: { [source = self.shape] in $0.reshaped(to: source) })
    }

    /// The same elements as a vector.
    public func flattened() -> Tensor { reshaped(to: [count]) }

    /// Inserts an axis of length 1 before `axis` (−1 appends it).
    public func expandingShape(at axis: Int) -> Tensor {
        let at = axis < 0 ? axis + rank + 1 : axis
        check(at >= 0 && at <= rank, "expandingShape: axis \(axis) does not exist in the result for shape \(shape)")
        var target = shape
        target.insert(1, at: at)
        return reshaped(to: target)
    }

    /// Removes an axis of length 1.
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
    /// - Traps: when `permutation` does not contain each axis once.
    @specialized(where Scalar == Float)
    public func transposed(_ permutation: [Int]? = nil) -> Tensor {
        let order = permutation ?? Array(shape.indices.reversed())
        check(
            order.sorted() == Array(shape.indices), "transposed: \(order) is not a permutation of the axes of \(shape)")
        let strides = rowMajorStrides(shape)
        let value = stridedCopy(order.map { shape[$0] }, order.map { strides[$0] })
        var inverse = order
        for (to, from) in order.enumerated() { inverse[from] = to }
        return record(value, from: self, transpose: { [inverse] in $0.transposed(inverse) })
    }

    /// The tensor with two axes exchanged.
    public func swappingAxes(_ a: Int, _ b: Int) -> Tensor {
        var order = Array(shape.indices)
        order.swapAt(normalized(axis: a, "swappingAxes"), normalized(axis: b, "swappingAxes"))
        return transposed(order)
    }
}

extension Tensor {
    /// The axis counted from the front; negative numbers count from the back.
    func normalized(axis: Int, _ operation: String) -> Int {
        let found = axis < 0 ? axis + rank : axis
        check(found >= 0 && found < rank, "\(operation): axis \(axis) does not exist in shape \(shape)")
        return found
    }

    func normalized(axes: [Int]?, _ operation: String) -> [Int] {
        guard let axes else { return Array(shape.indices) }
        let found = axes.map { normalized(axis: $0, operation) }.sorted()
        check(Set(found).count == found.count, "\(operation): axes \(axes) contain an axis twice")
        return found
    }

    /// The products of the lengths before, at and after an axis.
    func split(at axis: Int) -> (outer: Int, n: Int, inner: Int) {
        (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
    }

    /// The shape after reducing `axes`.
    func reducedShape(_ axes: [Int], keepingAxes: Bool) -> [Int] {
        shape.indices.compactMap { axes.contains($0) ? (keepingAxes ? 1 : nil) : shape[$0] }
    }
}
