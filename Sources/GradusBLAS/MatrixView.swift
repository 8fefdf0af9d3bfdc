/// A row-major matrix in memory that the caller owns; nothing is copied, and the memory must outlive the view.
///
/// Element (i, j) is element `i * leadingDimension + j` of the memory, so a leading dimension above `columns` gives a part
/// of a wider matrix.
public struct MatrixView<Scalar: BLASScalar> {
    package let base: UnsafePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The number of elements from one row to the next.
    public let leadingDimension: Int

    /// The first `rows` × `columns` elements; rows are contiguous unless `leadingDimension` is given.
    ///
    /// - Traps: on a negative size, a leading dimension below `columns`, or fewer elements than the matrix covers.
    public init(_ elements: UnsafeBufferPointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkExtent(elements.count, rows, columns, leadingDimension)
        self.init(start(elements), rows: rows, columns: columns, leadingDimension: leadingDimension)
    }

    /// A view from element (0, 0), whose memory the caller vouches for.
    package init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkLayout(rows, columns, leadingDimension)
        (self.base, self.rows, self.columns) = (base, rows, columns)
        self.leadingDimension = leadingDimension ?? columns
    }

    /// The sizes, exchanged if `isTransposed`.
    func sizes(transposed isTransposed: Bool) -> (rows: Int, columns: Int) {
        isTransposed ? (columns, rows) : (rows, columns)
    }
}

/// A row-major matrix in memory that the caller owns, for writing; see ``MatrixView``.
public struct MutableMatrixView<Scalar: BLASScalar> {
    package let base: UnsafeMutablePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The number of elements from one row to the next.
    public let leadingDimension: Int

    /// The first `rows` × `columns` elements; rows are contiguous unless `leadingDimension` is given.
    ///
    /// - Traps: on a negative size, a leading dimension below `columns`, or fewer elements than the matrix covers.
    public init(_ elements: UnsafeMutableBufferPointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkExtent(elements.count, rows, columns, leadingDimension)
        self.init(start(elements), rows: rows, columns: columns, leadingDimension: leadingDimension)
    }

    /// A view from element (0, 0), whose memory the caller vouches for.
    package init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkLayout(rows, columns, leadingDimension)
        (self.base, self.rows, self.columns) = (base, rows, columns)
        self.leadingDimension = leadingDimension ?? columns
    }
}

/// Elements at equal distances in memory that the caller owns; nothing is copied, and the memory must outlive the view.
///
/// Element i is element `i * stride` of the memory, so a column of a row-major matrix is a view whose stride is the leading
/// dimension.
public struct VectorView<Scalar: BLASScalar> {
    package let base: UnsafePointer<Scalar>
    /// The number of elements.
    public let count: Int
    /// The distance from one element to the next.
    public let stride: Int

    /// The elements 0, `stride`, `2 * stride`, …, `count` of them.
    ///
    /// - Traps: on a negative count, a stride below 1, or fewer elements than the vector covers.
    public init(_ elements: UnsafeBufferPointer<Scalar>, count: Int, stride: Int = 1) {
        checkExtent(elements.count, count, stride)
        self.init(start(elements), count: count, stride: stride)
    }

    /// A view from element 0, whose memory the caller vouches for.
    package init(_ base: UnsafePointer<Scalar>, count: Int, stride: Int = 1) {
        checkLayout(count, stride)
        (self.base, self.count, self.stride) = (base, count, stride)
    }
}

/// Elements at equal distances in memory that the caller owns, for writing; see ``VectorView``.
public struct MutableVectorView<Scalar: BLASScalar> {
    package let base: UnsafeMutablePointer<Scalar>
    /// The number of elements.
    public let count: Int
    /// The distance from one element to the next.
    public let stride: Int

    /// The elements 0, `stride`, `2 * stride`, …, `count` of them.
    ///
    /// - Traps: on a negative count, a stride below 1, or fewer elements than the vector covers.
    public init(_ elements: UnsafeMutableBufferPointer<Scalar>, count: Int, stride: Int = 1) {
        checkExtent(elements.count, count, stride)
        self.init(start(elements), count: count, stride: stride)
    }

    /// A view from element 0, whose memory the caller vouches for.
    package init(_ base: UnsafeMutablePointer<Scalar>, count: Int, stride: Int = 1) {
        checkLayout(count, stride)
        (self.base, self.count, self.stride) = (base, count, stride)
    }
}

private func checkLayout(_ rows: Int, _ columns: Int, _ leadingDimension: Int?) {
    check(rows >= 0 && columns >= 0, "MatrixView: negative size \(rows) × \(columns)")
    check(
        (leadingDimension ?? columns) >= columns,
        "MatrixView: leading dimension \(leadingDimension ?? 0) is below the \(columns) columns")
}

private func checkExtent(_ count: Int, _ rows: Int, _ columns: Int, _ leadingDimension: Int?) {
    checkLayout(rows, columns, leadingDimension)
    let needed = extent(rows, leadingDimension ?? columns, columns)
    check(
        needed.map { $0 <= count } ?? false,
        "MatrixView: \(rows) × \(columns) with leading dimension \(leadingDimension ?? columns) does not fit in "
            + "\(count) elements")
}

private func checkLayout(_ count: Int, _ stride: Int) {
    check(count >= 0 && stride > 0, "VectorView: \(count) elements at distance \(stride)")
}

private func checkExtent(_ elements: Int, _ count: Int, _ stride: Int) {
    checkLayout(count, stride)
    check(
        extent(count, stride, 1).map { $0 <= elements } ?? false,
        "VectorView: \(count) elements at distance \(stride) do not fit in \(elements)")
}

/// The elements that `count` runs of `length` cover, each `step` after the previous one; `nil` on overflow.
private func extent(_ count: Int, _ step: Int, _ length: Int) -> Int? {
    if count == 0 || length == 0 { return 0 }
    let (before, overflows) = (count - 1).multipliedReportingOverflow(by: step)
    let (sum, exceeds) = before.addingReportingOverflow(length)
    return overflows || exceeds ? nil : sum
}

/// The address of a buffer that may be empty, in which case nothing is read from it.
private func start<Scalar>(_ elements: UnsafeBufferPointer<Scalar>) -> UnsafePointer<Scalar> {
    elements.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Scalar>.alignment)!
}

private func start<Scalar>(_ elements: UnsafeMutableBufferPointer<Scalar>) -> UnsafeMutablePointer<Scalar> {
    elements.baseAddress ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Scalar>.alignment)!
}
