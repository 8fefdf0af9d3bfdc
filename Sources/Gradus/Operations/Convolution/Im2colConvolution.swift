import GradusBLAS

/// A convolution as im2col and one GEMM for each block of images and each group: the reference implementation in tests.
///
/// The division of the work depends on the sizes only, and the weight gradient is summed in a fixed number of parts in
/// a fixed order; so results do not depend on the number of threads.
struct Im2colConvolution: ConvolutionImplementation {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }
    /// The width of the im2col matrix: the elements of a window that one group sees.
    var columnWidth: Int { plan.windowSize }

    /// Whether the windows are the images' rows, so that no matrix is formed.
    var imagesAreColumns: Bool { geometry.windowsAreRows && plan.groups == 1 }

    /// Elements of the im2col matrix per piece of work: half a megabyte of floats, which fits a core's cache.
    private static let columnsAtATime = 1 << 17

    /// A piece of work: whole images, or some output rows of one large image.
    struct Piece {
        let firstImage: Int
        let images: Int
        let firstRow: Int
        let rows: Int
    }

    /// Divides the batch into pieces; with `wholeImages`, never within an image.
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

    /// Writes the windows of a piece, as one group sees them, to the rows of `columns`.
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

    /// The first output row of a piece, counted in windows.
    func rows(_ piece: Piece) -> Int { piece.images * piece.rows * geometry.outWidth }

    /// The offset of a piece's output, in elements.
    func start(_ piece: Piece) -> Int {
        (piece.firstImage * geometry.windows + piece.firstRow * geometry.outWidth) * plan.filters
    }

    /// The weights of a group as a matrix [KH · KW · C / groups, M / groups].
    func weightView<Scalar>(_ weights: UnsafePointer<Scalar>, group: Int) -> MatrixView<Scalar> {
        MatrixView(
            weights + group * plan.groupFilters, rows: columnWidth, columns: plan.groupFilters,
            leadingDimension: plan.filters)
    }

    /// The im2col matrix for GEMM: built in `scratch`, or the images themselves.
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

extension Im2colConvolution {
    /// `y = activation(columns(x) w + b)`, piece by piece.
    @specialized(where Scalar == Float)
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        nonisolated(unsafe) let (x, w, b, y) = (x, w, b, y)
        forEachPiece(pieces(wholeImages: false)) { piece, scratch in
            let out = y + start(piece)
            for group in 0..<plan.groups {
                let columns = columnView(x, piece, group: group, scratch: scratch)
                BLAS.gemm(
                    columns, weightView(w, group: group),
                    into: MutableMatrixView(
                        out + group * plan.groupFilters, rows: rows(piece), columns: plan.groupFilters,
                        leadingDimension: plan.filters)
                )
            }
            Kernels.addBias(b, activation, to: out, rows: rows(piece), width: plan.filters)
        }
    }

    @specialized(where Scalar == Float)
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        guard imagesAreColumns else { return inferInTwoPasses(y, x, w, epilogue) }
        let matrix = w.reshaped(to: [columnWidth, plan.filters])
        Kernels.product(
            x, geometry.images * geometry.windows, columnWidth, PackedWeights(keptBy: matrix), epilogue, into: y)
    }

    /// `dx = activation(image(dy wᵀ) + b)`: the gradient of each window, added to its pixels.
    @specialized(where Scalar == Float)
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        if !imagesAreColumns { zeroFill(dx, plan.inputShape.reduce(1, *)) }
        nonisolated(unsafe) let (dy, w, dx) = (dy, w, dx)
        forEachPiece(pieces(wholeImages: true)) { piece, scratch in
            var window = geometry.window()
            for group in 0..<plan.groups {
                let columns = imagesAreColumns ? dx + piece.firstImage * geometry.imageSize : scratch
                BLAS.gemm(
                    gradientView(dy, piece, group: group), weightView(w, group: group), transposeB: true,
                    into: MutableMatrixView(columns, rows: rows(piece), columns: columnWidth))
                guard !imagesAreColumns else { continue }
                for image in 0..<piece.images {
                    Scalar.kernels.pointee.col2im(
                        dx + (piece.firstImage + image) * geometry.imageSize,
                        scratch + image * geometry.windows * columnWidth, &window, group * plan.groupChannels,
                        plan.groupChannels)
                }
            }
        }
        let pixels = plan.inputShape.dropLast().reduce(1, *)
        Kernels.addBias(b, activation, to: dx, rows: pixels, width: geometry.channels)
    }

    /// `dw = columns(x)ᵀ dy`, in parts that are summed in order.
    @specialized(where Scalar == Float)
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let pieces = pieces(wholeImages: false)
        let parts = min(8, pieces.count)
        let size = plan.weightShape.reduce(1, *)
        zeroFill(dw, size)
        withScratch(max(1, parts * size)) { (sums: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (x, dy, sums) = (x, dy, sums)
            Parallel.forEach(parts) { part in
                let mine = pieces[(part * pieces.count / parts)..<((part + 1) * pieces.count / parts)]
                addWeightGradient(of: mine, x, dy, into: sums + part * size)
            }
            for part in 0..<parts { Kernels.addScaled(dw, sums + part * size, 1, size) }
        }
    }

    private func addWeightGradient<Scalar: DifferentiableScalar>(
        of pieces: ArraySlice<Piece>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>,
        into sum: UnsafeMutablePointer<Scalar>
    ) {
        withScratch(scratchCount(pieces)) { (scratch: UnsafeMutablePointer<Scalar>) in
            for (index, piece) in pieces.enumerated() {
                for group in 0..<plan.groups {
                    BLAS.gemm(
                        columnView(x, piece, group: group, scratch: scratch), transposeA: true,
                        gradientView(dy, piece, group: group), beta: index == 0 ? 0 : 1,
                        into: MutableMatrixView(
                            sum + group * plan.groupFilters, rows: columnWidth, columns: plan.groupFilters,
                            leadingDimension: plan.filters))
                }
            }
        }
    }

    /// The output gradient of a piece and a group as a matrix [windows, M / groups].
    private func gradientView<Scalar>(_ dy: UnsafePointer<Scalar>, _ piece: Piece, group: Int) -> MatrixView<Scalar> {
        MatrixView(
            dy + start(piece) + group * plan.groupFilters, rows: rows(piece), columns: plan.groupFilters,
            leadingDimension: plan.filters)
    }

    /// Runs `body` for each piece, in parallel, with memory for its matrix.
    private func forEachPiece<Scalar: DifferentiableScalar>(
        _ pieces: [Piece], _ body: @Sendable (Piece, UnsafeMutablePointer<Scalar>) -> Void
    ) {
        BLAS.prepareForOwnThreads()
        Parallel.forEach(pieces.count) { index in
            withScratch(scratchCount(pieces[index...index])) { body(pieces[index], $0) }
        }
    }

    private func scratchCount(_ pieces: ArraySlice<Piece>) -> Int {
        imagesAreColumns ? 1 : (pieces.map(rows).max() ?? 0) * columnWidth
    }
}
