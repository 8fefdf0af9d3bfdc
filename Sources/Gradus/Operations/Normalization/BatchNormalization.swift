/// Batch normalisation with the statistics of the batch: each channel to mean 0 and variance 1, then scaled and shifted:
/// `y = (x − mean) / √(variance + ε) · scale + shift` (Ioffe & Szegedy 2015).
///
/// - Parameters:
///   - x: `[…, C]`; statistics are taken over all axes but the last.
///   - scale: `[C]`.
///   - shift: `[C]`.
/// - Returns: the result, and the batch's mean and biased variance, `[C]`, through which no gradient travels further.
/// - Traps: when the shapes disagree or the batch is empty.
public func batchNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>, epsilon: Double = 1e-5,
    file: StaticString = #fileID, line: UInt = #line
) -> (output: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>) {
    checkColumns(x, scale, shift, "batchNormalization", file, line)
    let (channels, input) = (x.shape[x.rank - 1], x.detached())
    if let trace = x.storage.trace {
        return (.abstract(x.shape, trace), .abstract([channels], trace), .abstract([channels], trace))
    }
    let rows = x.count / channels
    check(rows > 0, "batchNormalization: the batch is empty", file, line)

    let mean = input.reshaped(to: [rows, channels]).mean(axes: [0])
    let variance = squareDeviations(input, mean, rows) / Scalar(rows)
    let inverse = (variance + Scalar(epsilon)).squareRoot().reciprocal()
    let factor = scale.detached() * inverse
    let output = columnAffine(input, factor, shift.detached() - mean * factor)

    let result = record(output, from: [x, scale, shift]) { upstream, wanted in
        let sums = gradientSums(upstream, input, mean, rows)
        let (sum, projection) = (sums[0], sums[1] * inverse)
        // dx = factor (dy − Σdy / R − x̂ Σ(dy x̂) / R), with x̂ = (x − mean) · inverse.
        let slope = -(factor * inverse * projection) / Scalar(rows)
        let level = -(factor * sum) / Scalar(rows) - slope * mean
        return [wanted[0] ? columnCombine(upstream, input, factor, slope, level) : nil, projection, sum]
    }
    return (result, mean, variance)
}

/// Each channel scaled and shifted with given statistics, as batch normalisation does once it is trained.
///
/// - Parameters:
///   - x: `[…, C]`.
///   - mean: `[C]`.
///   - variance: `[C]`.
///   - scale: `[C]`.
///   - shift: `[C]`.
/// - Traps: when the shapes disagree.
public func batchNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>,
    epsilon: Double = 1e-5, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    checkColumns(x, scale, shift, "batchNormalization", file, line)
    let inverse = (variance.detached() + Scalar(epsilon)).squareRoot().reciprocal()
    let centre = mean.detached()
    let factor = scale.detached() * inverse
    let input = x.detached()
    let output = columnAffine(input, factor, shift.detached() - centre * factor)
    let rows = x.shape.dropLast().reduce(1, *)
    return record(output, from: [x, scale, shift]) { upstream, wanted in
        let sums = wanted[1] || wanted[2] ? gradientSums(upstream, input, centre, rows) : nil
        return [wanted[0] ? upstream * factor : nil, sums.map { $0[1] * inverse }, sums?[0]]
    }
}

private func checkColumns<Scalar>(
    _ x: Tensor<Scalar>, _ scale: Tensor<Scalar>, _ shift: Tensor<Scalar>, _ operation: String, _ file: StaticString,
    _ line: UInt
) {
    check(
        x.rank > 1 && scale.shape == [x.shape[x.rank - 1]] && shift.shape == scale.shape,
        "\(operation): expected […, C] with a scale and a shift [C], got \(x.shape), \(scale.shape) and \(shift.shape)",
        file, line)
}

/// `Σ (x − mean)²` down each column.
private func squareDeviations<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ mean: Tensor<Scalar>, _ rows: Int
) -> Tensor<Scalar> {
    let width = mean.count
    return withExtendedLifetime((x.storage, mean.storage)) {
        Kernels.sumsOverRows(rows, columns: width, width: width) { sums, start, length in
            Scalar.kernels.column_square_deviations(sums, x.pointer + start * width, mean.pointer, length, width)
        }
    }
}

/// Down each column, `Σ dy` and `Σ dy (x − mean)`: `[2, C]`.
private func gradientSums<Scalar: DifferentiableScalar>(
    _ dy: Tensor<Scalar>, _ x: Tensor<Scalar>, _ mean: Tensor<Scalar>, _ rows: Int
) -> Tensor<Scalar> {
    let width = mean.count
    return withExtendedLifetime((dy.storage, x.storage, mean.storage)) {
        Kernels.sumsOverRows(rows, columns: width, width: 2 * width, of: Scalar.self) { sums, start, length in
            Scalar.kernels.column_gradient_sums(
                sums, dy.pointer + start * width, x.pointer + start * width, mean.pointer, length, width)
        }.reshaped(to: [2, width])
    }
}

/// `y[r, c] = x[r, c] factor[c] + level[c]`
private func columnAffine<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ factor: Tensor<Scalar>, _ level: Tensor<Scalar>
) -> Tensor<Scalar> {
    let width = factor.count
    let rows = x.count / max(1, width)
    return .computed(x.shape, x, factor, level) { out, x, factor, level in
        Kernels.forEachRowRange(rows, width: width) { start, length in
            Scalar.kernels.column_affine(out + start * width, x + start * width, factor, level, length, width)
        }
    }
}

/// `dx[r, c] = factor[c] dy[r, c] + slope[c] x[r, c] + level[c]`
private func columnCombine<Scalar: DifferentiableScalar>(
    _ dy: Tensor<Scalar>, _ x: Tensor<Scalar>, _ factor: Tensor<Scalar>, _ slope: Tensor<Scalar>,
    _ level: Tensor<Scalar>
) -> Tensor<Scalar> {
    let width = factor.count
    return .computed(x.shape, [dy, x, factor, slope, level]) { out, sources in
        Kernels.forEachRowRange(x.count / max(1, width), width: width) { start, length in
            Scalar.kernels.column_combine(
                out + start * width, sources[0] + start * width, sources[1] + start * width, sources[2], sources[3],
                sources[4], length, width)
        }
    }
}
