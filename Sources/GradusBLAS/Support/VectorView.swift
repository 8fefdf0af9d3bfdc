/// Elements at equal distances in somebody else's memory; nothing is copied, and the memory must outlive the view.
///
/// Element i is `base[i * stride]`, so a column of a row-major matrix is a view with the leading dimension as stride.
public struct VectorView<Scalar: BLASScalar> {
    /// The address of element 0.
    public let base: UnsafePointer<Scalar>
    /// The number of elements.
    public let count: Int
    /// The distance in elements between neighbors.
    public let stride: Int

    /// A view of `count` elements.
    ///
    /// - Traps: on a negative count, or a stride below 1.
    public init(_ base: UnsafePointer<Scalar>, count: Int, stride: Int = 1) {
        checkLayout(count, stride)
        (self.base, self.count, self.stride) = (base, count, stride)
    }
}

/// Elements at equal distances in somebody else's memory, for writing; see ``VectorView``.
public struct MutableVectorView<Scalar: BLASScalar> {
    /// The address of element 0.
    public let base: UnsafeMutablePointer<Scalar>
    /// The number of elements.
    public let count: Int
    /// The distance in elements between neighbors.
    public let stride: Int

    /// A view of `count` elements.
    ///
    /// - Traps: on a negative count, or a stride below 1.
    public init(_ base: UnsafeMutablePointer<Scalar>, count: Int, stride: Int = 1) {
        checkLayout(count, stride)
        (self.base, self.count, self.stride) = (base, count, stride)
    }
}

private func checkLayout(_ count: Int, _ stride: Int) {
    check(count >= 0 && stride > 0, "VectorView: \(count) elements at distance \(stride)")
}
