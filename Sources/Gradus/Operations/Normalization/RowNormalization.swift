extension Tensor where Scalar: DifferentiableScalar {
    /// Each run along the last axis brought to mean 0 and variance 1: `(x − mean) / √(variance + ε)`.
    ///
    /// - Traps: when the last axis is empty.
    public func rowsNormalized(epsilon: Double = 1e-5) -> Tensor {
        check(rank > 0 && shape[rank - 1] > 0, "rowsNormalized: nothing along the last axis of \(shape)")
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

/// Layer normalization: each run along the last axis to mean 0 and variance 1, then scaled and shifted
/// (Ba, Kiros & Hinton 2016).
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

/// Group normalization: the channels of each image in `groups` groups, each group to mean 0 and variance 1 over all its
/// channels and positions, then every channel scaled and shifted (Wu & He 2018).
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
        "groupNormalization: \(channels) channels do not fall into \(groups) groups")
    let positions = x.shape.dropFirst().dropLast().reduce(1, *)
    let grouped = x.reshaped(to: [x.shape[0], positions, groups, channels / groups]).swappingAxes(1, 2)
    let normal = grouped.reshaped(to: [x.shape[0] * groups, positions * (channels / groups)])
        .rowsNormalized(epsilon: epsilon)
    let back = normal.reshaped(to: grouped.shape).swappingAxes(1, 2).reshaped(to: x.shape)
    return back * weight + bias
}
