/// A weight divided by an estimate of its largest singular value: `W / σ` with `σ = vᵀ A u` (Miyato et al. 2018).
///
/// A is the weight as a matrix `[D, M]`: M outputs along its last axis, all other axes flattened to D. If u and v are
/// the first pair of singular vectors, σ is the largest factor by which the layer stretches its input. Gradients flow
/// to the weight through σ too; u and v are constants.
///
/// - Parameters:
///   - w: `[…, M]`.
///   - v: a unit vector of the input space, `[D]`.
///    - u: a unit vector of the output space, `[M]`.
/// - Traps: when the shapes disagree.
public func spectralNormalization<Scalar: DifferentiableScalar>(
    _ w: Tensor<Scalar>, inputs v: Tensor<Scalar>, outputs u: Tensor<Scalar>
) -> Tensor<Scalar> {
    let outputs = w.shape.last ?? 0
    check(
        w.rank > 1 && u.shape == [outputs] && v.shape == [w.count / max(1, outputs)],
        "spectralNormalization: expected a weight […, M] with vectors [D] and [M], got \(w.shape), \(v.shape) and "
            + "\(u.shape)")
    let a = w.reshaped(to: [v.count, u.count])
    let sigma = (v.detached() * matmul(a, u.detached())).sum()
    return w / sigma
}

/// One iteration of the power method: `v ← A u / ‖A u‖`, then `u ← Aᵀ v / ‖Aᵀ v‖`; both converge to the first pair of
/// singular vectors.
///
/// - Parameters:
///   - w: `[…, M]`, seen as a matrix `[D, M]`.
///   - u: `[M]`.
/// - Returns: the new vectors, `[D]` and `[M]`.
public func powerIteration<Scalar: DifferentiableScalar>(
    _ w: Tensor<Scalar>, outputs u: Tensor<Scalar>
) -> (inputs: Tensor<Scalar>, outputs: Tensor<Scalar>) {
    let a = w.detached().reshaped(to: [w.count / max(1, u.count), u.count])
    let v = unitVector(matmul(a, u.detached()))
    return (v, unitVector(matmul(v, a)))
}

/// The vector scaled to length one; zeros stay zeros.
private func unitVector<Scalar: DifferentiableScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    x / x.squared().sum().squareRoot().item.clamped(atLeast: 1e-12)
}

extension DifferentiableScalar {
    fileprivate func clamped(atLeast low: Self) -> Self { self < low ? low : self }
}
