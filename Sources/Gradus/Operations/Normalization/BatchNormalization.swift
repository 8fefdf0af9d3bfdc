/// Batch normalization with the statistics of the batch: each channel is normalized to mean 0 and variance 1, then
/// scaled and shifted, `y = activation((x − mean) / √(variance + ε) · weight + bias + residual)` (Ioffe & Szegedy
/// 2015).
///
/// - Parameters:
///   - x: `[…, C]`; statistics are taken over all axes but the last.
///   - weight: `[C]`.
///   - bias: `[C]`.
///   - residual: added before the activation, of the shape of `x`.
/// - Returns: the result, and the batch's mean and biased variance, `[C]`, which are constants.
/// - Traps: when the shapes disagree or a channel has fewer than two values, so that its variance is undefined.
public func batchNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>, adding residual: Tensor<Scalar>? = nil,
    activation: Activation = .identity, epsilon: Double = 1e-5
) -> (output: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>) {
    checkColumns(x, weight, bias, residual, "batchNormalization")
    let (channels, input) = (x.shape[x.rank - 1], x.detached())
    if let trace = x.storage.trace {
        return (.abstract(x.shape, trace), .abstract([channels], trace), .abstract([channels], trace))
    }
    let rows = x.count / channels
    check(rows > 0, "batchNormalization: the batch is empty")
    check(
        rows > 1,
        "batchNormalization: the variance of one value per channel is undefined, got \(x.shape); training needs a larger batch"
    )
    guard let slope = activation.negativeSlope else {
        let (sum, mean, variance) = batchNormalization(
            x, weight: weight, bias: bias, adding: residual, epsilon: epsilon)
        return (activation(sum), mean, variance)
    }

    let (mean, variance) = Columns.moments(input)
    let inverse = (variance + Scalar(epsilon)).squareRoot().reciprocal()
    let affine = Columns.Affine(
        factor: weight.detached() * inverse, offset: bias.detached() - mean * (weight.detached() * inverse),
        slope: slope
    )
    let output = affine(input, adding: residual?.detached())

    let (gain, offset) = (weight.detached(), bias.detached())
    let result = record(output, from: [x, weight, bias] + (residual.map { [$0] } ?? [])) { upstream, pass in
        let hasResidual = residual != nil
        if pass.createsGraph {
            // The values of the residual do not matter: the function differentiated is the sum before the activation.
            let dz = activation.gradient(upstream, at: output, pass)
            let gradients = pass.gradients(at: [input, gain, offset], [dz]) { inputs in
                let centered = inputs[0] - inputs[0].mean(axes: Array(0..<(x.rank - 1)))
                let spread = centered.squared().mean(axes: Array(0..<(x.rank - 1))) + Scalar(epsilon)
                return [centered / spread.squareRoot() * inputs[1] + inputs[2]]
            }
            return gradients + (hasResidual ? [dz] : [])
        }
        // With a residual, the sign of the sum is known from the output only.
        let dz = hasResidual ? activation.gradient(upstream, at: output, pass) : upstream
        let inner = hasResidual ? affine.withoutSlope : affine
        let sums = inner.gradientSums(dz, input, mean)
        let (sum, projection) = (sums[0], sums[1] * inverse)
        // dx = factor (dz − Σdz / R − x̂ Σ(dz x̂) / R), with x̂ = (x − mean) · inverse.
        let inputFactor = -(affine.factor * inverse * projection) / Scalar(rows)
        let offset = -(affine.factor * sum) / Scalar(rows) - inputFactor * mean
        let dx = pass.wants(0) ? inner.gradient(dz, input, inputFactor: inputFactor, offset: offset) : nil
        return [dx, projection, sum] + (hasResidual ? [dz] : [])
    }
    return (result, mean, variance)
}

/// Batch normalization with given statistics, as in inference.
///
/// - Parameters:
///   - x: `[…, C]`.
///   - mean: `[C]`.
///   - variance: `[C]`.
///   - weight: `[C]`.
///   - bias: `[C]`.
///   - residual: added before the activation, of the shape of `x`.
/// - Traps: when the shapes disagree.
public func batchNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>,
    adding residual: Tensor<Scalar>? = nil, activation: Activation = .identity, epsilon: Double = 1e-5
) -> Tensor<Scalar> {
    checkColumns(x, weight, bias, residual, "batchNormalization")
    guard let slope = activation.negativeSlope else {
        return activation(
            batchNormalization(
                x, mean: mean, variance: variance, weight: weight, bias: bias, adding: residual, epsilon: epsilon))
    }
    let inverse = (variance.detached() + Scalar(epsilon)).squareRoot().reciprocal()
    let center = mean.detached()
    let input = x.detached()
    let affine = Columns.Affine(
        factor: weight.detached() * inverse, offset: bias.detached() - center * (weight.detached() * inverse),
        slope: slope)
    let output = affine(input, adding: residual?.detached())
    let gain = weight.detached()
    return record(output, from: [x, weight, bias] + (residual.map { [$0] } ?? [])) { upstream, pass in
        let dz = activation.gradient(upstream, at: output, pass)
        let last = residual == nil ? [] : [dz]
        if pass.createsGraph {
            let axes = Array(0..<(x.rank - 1))
            let normal = (pass.input(0, input) - center) * inverse
            return [dz * (pass.input(1, gain) * inverse), (dz * normal).sum(axes: axes), dz.sum(axes: axes)] + last
        }
        let sums = pass.wants(1) || pass.wants(2) ? affine.withoutSlope.gradientSums(dz, input, center) : nil
        return [pass.wants(0) ? dz * affine.factor : nil, sums.map { $0[1] * inverse }, sums?[0]] + last
    }
}

private func checkColumns<Scalar>(
    _ x: Tensor<Scalar>, _ weight: Tensor<Scalar>, _ bias: Tensor<Scalar>, _ residual: Tensor<Scalar>?,
    _ operation: String
) {
    check(
        x.rank > 1 && weight.shape == [x.shape[x.rank - 1]] && bias.shape == weight.shape,
        "\(operation): expected […, C] with a weight and a bias [C], got \(x.shape), \(weight.shape) and \(bias.shape)")
    check(
        residual == nil || residual!.shape == x.shape,
        "\(operation): a residual of shape \(residual?.shape ?? []) cannot be added to \(x.shape)")
}
