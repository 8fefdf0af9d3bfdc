import CKernels

/// A residual connection followed by layer normalization in one pass: the sum `x + added`, and the sum normalized as
/// by ``layerNormalization(_:weight:bias:epsilon:)``.
///
/// - Parameters:
///   - x: `[…, D]`.
///   - added: of the same shape.
///   - weight: `[D]`.
///   - bias: `[D]`.
/// - Returns: both results, of the shape of x.
/// - Traps: when the shapes disagree.
public func layerNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, adding added: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>,
    epsilon: Double = 1e-5
) -> (sum: Tensor<Scalar>, normalized: Tensor<Scalar>) {
    check(
        x.rank > 0 && added.shape == x.shape && weight.shape == [x.shape[x.rank - 1]] && bias.shape == weight.shape,
        "layerNormalization: expected two tensors […, D] with a weight and a bias [D], got \(x.shape), \(added.shape), "
            + "\(weight.shape) and \(bias.shape)")
    return normalizedSum(x, added, weight: weight, bias: bias, epsilon)
}

/// The sum of x and an optional addend, and its rows normalized, scaled and shifted.
func normalizedSum<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ added: Tensor<Scalar>?, weight: Tensor<Scalar>, bias: Tensor<Scalar>, _ epsilon: Double
) -> (sum: Tensor<Scalar>, normalized: Tensor<Scalar>) {
    check(x.shape[x.rank - 1] > 0, "layerNormalization: the last axis of \(x.shape) is empty")
    let width = x.shape[x.rank - 1]
    let rows = x.count / width
    let sum = added.map { _ in Tensor<Scalar>.uninitialized(x.shape, like: x) } ?? x.detached()
    let isRecorded = [x, added, weight, bias].contains { $0?.origin != nil }
    // Without gradients the rows are normalized in the memory of the result.
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

extension Tensor where Scalar: DifferentiableScalar {
    /// Each run along the last axis normalized to mean 0 and variance 1: `(x − mean) / √(variance + ε)`.
    ///
    /// - Traps: when the last axis is empty.
    public func rowsNormalized(epsilon: Double = 1e-5) -> Tensor {
        check(rank > 0 && shape[rank - 1] > 0, "rowsNormalized: the last axis of \(shape) is empty")
        let width = shape[rank - 1]
        let rows = count / width
        let inverses = Tensor.uninitialized([rows], like: self)
        let normal = Tensor.computed(shape, self) { out, x in
            nonisolated(unsafe) let (out, x) = (out, x)
            Kernels.forEachRowRange(rows, width: width) { start, length in
                Scalar.kernels.pointee.row_normalize(
                    out + start * width, inverses.destination + start, x + start * width, epsilon, length, width)
            }
        }
        let input = detached()
        return record(normal, from: self) { upstream, pass in
            if pass.createsGraph {
                return pass.gradients(at: [input], [upstream]) { inputs in
                    let x = inputs[0] - inputs[0].mean(axes: [-1], keepingAxes: true)
                    return [x / (x.squared().mean(axes: [-1], keepingAxes: true) + Scalar(epsilon)).squareRoot()]
                }[0]!
            }
            return .computed(normal.shape, upstream, normal, inverses) { dx, dy, y, inverses in
                nonisolated(unsafe) let (dx, dy, y, inverses) = (dx, dy, y, inverses)
                Kernels.forEachRowRange(rows, width: width) { start, length in
                    Scalar.kernels.pointee.row_normalize_gradient(
                        dx + start * width, dy + start * width, y + start * width, inverses + start, length, width)
                }
            }
        }
    }
}

/// Layer normalization: each run along the last axis normalized to mean 0 and variance 1, then scaled and shifted (Ba,
/// Kiros & Hinton 2016).
///
/// - Parameters:
///   - x: `[…, D]`.
///   - weight: `[D]`.
///   - bias: `[D]`.
/// - Traps: when the shapes disagree.
public func layerNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>, epsilon: Double = 1e-5
) -> Tensor<Scalar> {
    check(
        x.rank > 0 && weight.shape == [x.shape[x.rank - 1]] && bias.shape == weight.shape,
        "layerNormalization: expected […, D] with a weight and a bias [D], got \(x.shape), \(weight.shape) and "
            + "\(bias.shape)")
    return normalizedSum(x, nil, weight: weight, bias: bias, epsilon).normalized
}

/// Group normalization: the channels of each image are divided into `groups` groups; each group is normalized to mean
/// 0 and variance 1 over its channels and positions, then every channel is scaled and shifted (Wu & He 2018).
///
/// - Parameters:
///   - x: `[N, …, C]`.
///   - weight: `[C]`.
///   - bias: `[C]`.
/// - Traps: when the shapes disagree or C does not divide evenly.
public func groupNormalization<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, groups: Int, weight: Tensor<Scalar>, bias: Tensor<Scalar>, epsilon: Double = 1e-5
) -> Tensor<Scalar> {
    check(
        x.rank > 1 && weight.shape == [x.shape[x.rank - 1]] && bias.shape == weight.shape,
        "groupNormalization: expected [N, …, C] with a weight and a bias [C], got \(x.shape), \(weight.shape) and "
            + "\(bias.shape)")
    let channels = x.shape[x.rank - 1]
    check(
        groups > 0 && channels % groups == 0,
        "groupNormalization: \(channels) channels are not divisible by \(groups) groups")
    let positions = x.shape.dropFirst().dropLast().reduce(1, *)
    let grouped = x.reshaped(to: [x.shape[0], positions, groups, channels / groups]).swappingAxes(1, 2)
    let normal = grouped.reshaped(to: [x.shape[0] * groups, positions * (channels / groups)])
        .rowsNormalized(epsilon: epsilon)
    let back = normal.reshaped(to: grouped.shape).swappingAxes(1, 2).reshaped(to: x.shape)
    return back * weight + bias
}
