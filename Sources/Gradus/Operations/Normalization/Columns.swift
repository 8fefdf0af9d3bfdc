/// Operations on the columns of `[…, C]`, the parts of batch normalization.
enum Columns {
    /// The mean and the biased variance of each column.
    ///
    /// Blocks of rows that fit a core's cache are read twice; their moments are merged in a fixed order.
    static func moments<Scalar: DifferentiableScalar>(
        _ x: Tensor<Scalar>
    ) -> (mean: Tensor<Scalar>, variance: Tensor<Scalar>) {
        let width = x.shape[x.rank - 1]
        let rows = x.count / width
        let rowsAPiece = max(64, Parallel.elementGrain / width)
        let pieces = (rows + rowsAPiece - 1) / rowsAPiece
        let partial = Tensor<Scalar>.computed([2, pieces, width], x) { partial, x in
            nonisolated(unsafe) let (partial, x) = (partial, x)
            Parallel.forEach(pieces) { piece in
                let start = piece * rowsAPiece
                Scalar.kernels.pointee.column_moments(
                    partial + piece * width, partial + (pieces + piece) * width, x + start * width,
                    min(rowsAPiece, rows - start), width)
            }
        }
        let variance = Tensor<Scalar>.uninitialized([width], like: x)
        let mean = Tensor<Scalar>.computed([width], partial) { mean, partial in
            Scalar.kernels.pointee.merge_moments(
                mean, variance.destination, partial, partial + pieces * width, pieces, rowsAPiece, rows, width)
        }
        return (mean, variance)
    }

    /// `y[r, c] = leaky(x[r, c] factor[c] + offset[c])`, where negative numbers are multiplied by `slope`.
    struct Affine<Scalar: DifferentiableScalar> {
        let factor: Tensor<Scalar>
        let offset: Tensor<Scalar>
        let slope: Double

        private var width: Int { factor.count }

        /// The same map before the slope.
        var withoutSlope: Affine { Affine(factor: factor, offset: offset, slope: 1) }

        /// `y`, with `residual` added before the slope.
        func callAsFunction(_ x: Tensor<Scalar>, adding residual: Tensor<Scalar>?) -> Tensor<Scalar> {
            let inputs = [x, factor, offset] + (residual.map { [$0] } ?? [])
            return .computed(x.shape, inputs) { y, sources in
                nonisolated(unsafe) let (y, sources) = (y, sources)
                Kernels.forEachRowRange(x.count / width, width: width) { start, length in
                    let at = start * width
                    Scalar.kernels.pointee.column_affine(
                        y + at, sources[0] + at, sources[1], sources[2], residual == nil ? nil : sources[3] + at, slope,
                        length, width)
                }
            }
        }

        /// Down each column, with dz the gradient before the slope: `Σ dz` and `Σ dz (x − mean)`, `[2, C]`.
        func gradientSums(_ dy: Tensor<Scalar>, _ x: Tensor<Scalar>, _ mean: Tensor<Scalar>) -> Tensor<Scalar> {
            withExtendedLifetime((dy.storage, x.storage, mean.storage, factor.storage, offset.storage)) {
                Kernels.sumsOverRows(x.count / width, columns: width, width: 2 * width, of: Scalar.self) {
                    sums, start, length in
                    Scalar.kernels.pointee.column_gradient_sums(
                        sums, dy.pointer + start * width, x.pointer + start * width, mean.pointer, factor.pointer,
                        offset.pointer, slope, length, width)
                }.reshaped(to: [2, width])
            }
        }

        /// `dx[r, c] = factor[c] dz[r, c] + inputFactor[c] x[r, c] + offset[c]`.
        func gradient(
            _ dy: Tensor<Scalar>, _ x: Tensor<Scalar>, inputFactor: Tensor<Scalar>, offset shift: Tensor<Scalar>
        ) -> Tensor<Scalar> {
            .computed(x.shape, [dy, x, factor, offset, inputFactor, shift]) { dx, sources in
                nonisolated(unsafe) let (dx, sources) = (dx, sources)
                Kernels.forEachRowRange(x.count / width, width: width) { start, length in
                    let at = start * width
                    Scalar.kernels.pointee.column_combine(
                        dx + at, sources[0] + at, sources[1] + at, sources[2], sources[3], sources[4], sources[5],
                        slope,
                        length, width)
                }
            }
        }
    }
}
