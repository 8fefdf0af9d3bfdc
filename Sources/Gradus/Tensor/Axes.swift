extension Tensor {
    /// The axis counted from the front, where negative numbers count from the back.
    func normalized(axis: Int, _ operation: String) -> Int {
        let found = axis < 0 ? axis + rank : axis
        check(found >= 0 && found < rank, "\(operation): axis \(axis) does not exist in shape \(shape)")
        return found
    }

    func normalized(axes: [Int]?, _ operation: String) -> [Int] {
        guard let axes else { return Array(shape.indices) }
        let found = axes.map { normalized(axis: $0, operation) }.sorted()
        check(Set(found).count == found.count, "\(operation): axes \(axes) name an axis twice")
        return found
    }

    /// The lengths before, at and after an axis.
    func split(at axis: Int) -> (outer: Int, n: Int, inner: Int) {
        (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
    }

    /// The shape after reducing `axes`.
    func reducedShape(_ axes: [Int], keepingAxes: Bool) -> [Int] {
        shape.indices.compactMap { axes.contains($0) ? (keepingAxes ? 1 : nil) : shape[$0] }
    }
}
