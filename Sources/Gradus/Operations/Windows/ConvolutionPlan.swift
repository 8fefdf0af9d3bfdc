import GradusBLAS

/// How one convolution is computed: im2col and one gemm for each block of images and each group.
///
/// How the work is cut depends on the sizes only. The weight gradient is added up in a fixed number of parts, in a fixed
/// order; so results do not depend on the number of threads.
struct ConvolutionPlan {
    let geometry: WindowGeometry
    let filters: Int
    let groups: Int
    /// A 1 × 1 convolution without stride or padding is a product of the images themselves.
    let isPointwise: Bool

    init(_ geometry: WindowGeometry, filters: Int, groups: Int) {
        self.geometry = geometry
        self.filters = filters
        self.groups = groups
        isPointwise =
            groups == 1 && geometry.positions == 1 && geometry.stride == 1 && geometry.padTop == 0
            && geometry.padLeft == 0 && geometry.outHeight == geometry.height && geometry.outWidth == geometry.width
    }

    /// The width of a row of columns: the elements of a window that one group sees.
    var columnWidth: Int { geometry.positions * groupChannels }
    var groupChannels: Int { geometry.channels / groups }
    var groupFilters: Int { filters / groups }
    var outputShape: [Int] { [geometry.images, geometry.outHeight, geometry.outWidth, filters] }
    var inputShape: [Int] { [geometry.images, geometry.height, geometry.width, geometry.channels] }
    var weightShape: [Int] { [geometry.kernel.height, geometry.kernel.width, groupChannels, filters] }
    var multiplyAdds: Int { geometry.images * geometry.windows * columnWidth * filters }

    /// Columns that one piece of work makes at a time: half a megabyte of floats, to stay within a core's cache.
    private static let columnsAtATime = 1 << 17

    /// A piece of work: whole images, or for large ones some output rows of one image.
    struct Piece {
        let firstImage: Int
        let images: Int
        let firstRow: Int
        let rows: Int
    }

    /// Cuts the batch into pieces; with `wholeImages` never within an image.
    func pieces(wholeImages: Bool) -> [Piece] {
        let imageColumns = max(1, geometry.windows * columnWidth)
        let imagesAtATime = max(1, min(Self.columnsAtATime / imageColumns, (geometry.images + 7) / 8))
        let rowsAtATime =
            wholeImages || imageColumns <= 2 * Self.columnsAtATime
            ? geometry.outHeight : max(1, Self.columnsAtATime / (columnWidth * geometry.outWidth))
        return stride(from: 0, to: geometry.images, by: imagesAtATime).flatMap { image in
            stride(from: 0, to: geometry.outHeight, by: rowsAtATime).map { row in
                Piece(
                    firstImage: image, images: min(imagesAtATime, geometry.images - image), firstRow: row,
                    rows: min(rowsAtATime, geometry.outHeight - row))
            }
        }
    }

    /// Writes the windows of a piece, as one group sees them, as rows of `columns`.
    func fillColumns<Scalar: DifferentiableScalar>(
        _ columns: UnsafeMutablePointer<Scalar>, from images: UnsafePointer<Scalar>, _ piece: Piece, group: Int
    ) {
        var window = geometry.window(firstRow: piece.firstRow, rows: piece.rows)
        let size = piece.rows * geometry.outWidth * columnWidth
        for image in 0..<piece.images {
            Scalar.kernels.im2col(
                columns + image * size, images + (piece.firstImage + image) * geometry.imageSize, &window,
                group * groupChannels, groupChannels)
        }
    }

    /// Output rows of a piece, counted in windows.
    func rows(_ piece: Piece) -> Int { piece.images * piece.rows * geometry.outWidth }

    /// Where the output of a piece begins, in elements.
    func start(_ piece: Piece) -> Int {
        (piece.firstImage * geometry.windows + piece.firstRow * geometry.outWidth) * filters
    }

    /// The weights of a group as a matrix [KH · KW · C / groups, M / groups].
    func weightView<Scalar>(_ weights: UnsafePointer<Scalar>, group: Int) -> MatrixView<Scalar> {
        MatrixView(
            weights + group * groupFilters, rows: columnWidth, columns: groupFilters, leadingDimension: filters)
    }

    /// The columns as gemm sees them: those made in `scratch`, or the images themselves.
    func columnView<Scalar: DifferentiableScalar>(
        _ images: UnsafePointer<Scalar>, _ piece: Piece, group: Int, scratch: UnsafeMutablePointer<Scalar>
    ) -> MatrixView<Scalar> {
        if isPointwise {
            let start = piece.firstImage * geometry.imageSize + piece.firstRow * geometry.width * geometry.channels
            return MatrixView(images + start, rows: rows(piece), columns: columnWidth)
        }
        fillColumns(scratch, from: images, piece, group: group)
        return MatrixView(scratch, rows: rows(piece), columns: columnWidth)
    }
}
