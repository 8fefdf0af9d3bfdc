import CKernels

/// A residual connection and the layer normalization of what it gives, in one pass: the sum `x + added`, and that sum normalized
/// as ``layerNormalization(_:weight:bias:epsilon:)`` does it.
///
/// - Parameters:
///   - x: `[…, D]`.
///   - added: of the same shape.
///   - weight: `[D]`.
///   - bias: `[D]`.
/// - Returns: both of the shape of x.
/// - Traps: when the shapes disagree.
public func layerNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, adding added: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>,
    epsilon: Double = 1e-5
) -> (sum: Tensor<Scalar>, normalized: Tensor<Scalar>) {
    check(
        x.rank > 0 && added.shape == x.shape && weight.shape == [x.shape[x.rank - 1]] && bias.shape == weight.shape,
        "layerNormalization: expected twice […, D] with a weight and a bias [D], got \(x.shape), \(added.shape), "
            + "\(weight.shape) and \(bias.shape)")
    return normalizedSum(x, added, weight: weight, bias: bias, epsilon)
}

/// The sum of x and what may be added to it, and its rows normalized, scaled and shifted.
func normalizedSum<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ added: Tensor<Scalar>?, weight: Tensor<Scalar>, bias: Tensor<Scalar>, _ epsilon: Double
) -> (sum: Tensor<Scalar>, normalized: Tensor<Scalar>) {
    check(x.shape[x.rank - 1] > 0, "layerNormalization: nothing along the last axis of \(x.shape)")
    let width = x.shape[x.rank - 1]
    let rows = x.count / width
    let sum = added.map { _ in Tensor<Scalar>.uninitialized(x.shape, like: x) } ?? x.detached()
    let isRecorded = [x, added, weight, bias].contains { $0?.origin != nil }
    // Where no gradient will be asked for, the rows are normalized in the result.
    let xhat = Tensor<Scalar>.uninitialized(isRecorded ? x.shape : [0], like: x)
    let inverses = Tensor<Scalar>.uninitialized([rows], like: x)
    let y = Tensor<Scalar>.computed(x.shape, [x, weight, bias] + [added].compactMap { $0 }) { out, inputs in
        nonisolated(unsafe) let (out, inputs) = (out, inputs)
        Kernels.forEachRowRange(rows, width: width) { start, length in
            let at = start * width
            Scalar.kernels.pointee.layer_norm(
                out + at, isRecorded ? xhat.destination + at : out + at, inverses.destination + start,
                added == nil ? nil : sum.destination + at, inputs[0] + at, added == nil ? nil : inputs[3] + at,
                inputs[1],
                inputs[2], epsilon, length, width)
        }
    }
    let saved = [x, weight, bias] + [added].compactMap { $0 }
    let inputs = saved.map { $0.detached() }
    let results = record([y, sum], from: saved, operation: "layerNormalization") { upstream, pass in
        if pass.createsGraph {
            return pass.gradients(at: inputs, upstream) { inputs in
                let sum = inputs.count > 3 ? inputs[0] + inputs[3] : inputs[0]
                return [sum.rowsNormalized(epsilon: epsilon) * inputs[1] + inputs[2], sum]
            }.map { $0.map(Contribution.tensor) }
        }
        guard let dy = upstream[0] else {
            return [upstream[1].map(Contribution.tensor), nil, nil]
                + (added == nil ? [] : [upstream[1].map(Contribution.tensor)])
        }
        let wantsParameters = pass.wants(1) || pass.wants(2)
        let grain = max(1, Parallel.elementGrain / 4 / width)
        let pieces = Tensor<Scalar>(zeros: [wantsParameters ? (rows + grain - 1) / grain : 0, 2, width])
        let dx = Tensor<Scalar>.computed(x.shape, dy, xhat, inverses) { dx, dy, xhat, inverses in
            withExtendedLifetime((upstream[1]?.storage, inputs, pieces.storage)) {
                let (weight, more) = (inputs[1].pointer, upstream[1]?.pointer)
                nonisolated(unsafe) let (dx, dy, xhat, inverses, scaleOf, moreOf) = (
                    dx, dy, xhat, inverses, weight, more
                )
                Parallel.forEachRange(rows, grain: grain) { start, length in
                    let at = start * width
                    Scalar.kernels.pointee.layer_norm_gradient(
                        dx + at, wantsParameters ? pieces.destination + start / grain * 2 * width : nil, dy + at,
                        moreOf.map { $0 + at }, xhat + at, inverses + start, scaleOf, length, width)
                }
            }
        }
        let parameters = wantsParameters ? pieces.sum(axes: [0]) : nil
        return [.tensor(dx), parameters.map { .tensor($0[0]) }, parameters.map { .tensor($0[1]) }]
            + (added == nil ? [] : [.tensor(dx)])
    }
    return (results[1], results[0])
}
