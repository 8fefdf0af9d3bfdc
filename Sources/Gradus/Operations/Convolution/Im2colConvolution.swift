import GradusBLAS

/// A convolution as im2col and one gemm for each block of images and each group: the way that every other is tested against.
///
/// How the work is cut depends on the sizes only. The weight gradient is added up in a fixed number of parts, in a fixed
/// order; so results do not depend on the number of threads.
struct Im2colConvolution {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }
    /// The width of a row of columns: the elements of a window that one group sees.
    var columnWidth: Int { plan.windowSize }

    /// Whether the windows are the images' own rows, so that no columns are made.
    var imagesAreColumns: Bool { geometry.windowsAreRows && plan.groups == 1 }

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
            Scalar.kernels.pointee.im2col(
                columns + image * size, images + (piece.firstImage + image) * geometry.imageSize, &window,
                group * plan.groupChannels, plan.groupChannels)
        }
    }

    /// Output rows of a piece, counted in windows.
    func rows(_ piece: Piece) -> Int { piece.images * piece.rows * geometry.outWidth }

    /// Where the output of a piece begins, in elements.
    func start(_ piece: Piece) -> Int {
        (piece.firstImage * geometry.windows + piece.firstRow * geometry.outWidth) * plan.filters
    }

    /// The weights of a group as a matrix [KH · KW · C / groups, M / groups].
    func weightView<Scalar>(_ weights: UnsafePointer<Scalar>, group: Int) -> MatrixView<Scalar> {
        MatrixView(
            weights + group * plan.groupFilters, rows: columnWidth, columns: plan.groupFilters,
            leadingDimension: plan.filters)
    }

    /// The columns as gemm sees them: those made in `scratch`, or the images themselves.
    func columnView<Scalar: DifferentiableScalar>(
        _ images: UnsafePointer<Scalar>, _ piece: Piece, group: Int, scratch: UnsafeMutablePointer<Scalar>
    ) -> MatrixView<Scalar> {
        if imagesAreColumns {
            let start = piece.firstImage * geometry.imageSize + piece.firstRow * geometry.width * geometry.channels
            return MatrixView(images + start, rows: rows(piece), columns: columnWidth)
        }
        fillColumns(scratch, from: images, piece, group: group)
        return MatrixView(scratch, rows: rows(piece), columns: columnWidth)
    }
}
