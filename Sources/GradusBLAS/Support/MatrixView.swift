/// A row-major matrix in somebody else's memory; nothing is copied, and the memory must outlive the view.
///
/// Element (i, j) is `base[i * leadingDimension + j]`, so a leading dimension above `columns` views a part of a wider
/// matrix.
public struct MatrixView<Scalar: BLASScalar> {
    /// The address of element (0, 0).
    public let base: UnsafePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The distance in elements between the beginnings of two rows.
    public let leadingDimension: Int

    /// A view of `rows` × `columns` elements; rows follow one another unless `leadingDimension` is given.
    ///
    /// - Traps: on negative sizes, or a leading dimension below the number of columns.
    public init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkLayout(rows, columns, leadingDimension)
        (self.base, self.rows, self.columns) = (base, rows, columns)
        self.leadingDimension = leadingDimension ?? columns
    }

    /// The sizes after the transposition that `isTransposed` asks for.
    func sizes(transposed isTransposed: Bool) -> (rows: Int, columns: Int) {
        isTransposed ? (columns, rows) : (rows, columns)
    }
}

/// A row-major matrix in somebody else's memory, for writing; see ``MatrixView``.
public struct MutableMatrixView<Scalar: BLASScalar> {
    /// The address of element (0, 0).
    public let base: UnsafeMutablePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The distance in elements between the beginnings of two rows.
    public let leadingDimension: Int

    /// A view of `rows` × `columns` elements; rows follow one another unless `leadingDimension` is given.
    ///
    /// - Traps: on negative sizes, or a leading dimension below the number of columns.
    public init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, leadingDimension: Int? = nil) {
        checkLayout(rows, columns, leadingDimension)
        (self.base, self.rows, self.columns) = (base, rows, columns)
        self.leadingDimension = leadingDimension ?? columns
    }
}

private func checkLayout(_ rows: Int, _ columns: Int, _ leadingDimension: Int?) {
    check(rows >= 0 && columns >= 0, "MatrixView: negative size \(rows) × \(columns)")
    check(
        (leadingDimension ?? columns) >= columns,
        "MatrixView: leading dimension \(leadingDimension ?? 0) is below the \(columns) columns")
}
