import GradusBLAS

extension Im2colConvolution {
    /// `y = activation(columns(x) w + b)`, piece by piece.
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

    /// `dx = activation(image(dy wᵀ) + b)`: the gradient of each window, added back to where it came from.
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

    /// `dw = columns(x)ᵀ dy`, in parts whose sum is taken in order.
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

    /// Runs `body` for each piece, in parallel, with memory for its columns.
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
