import CKernels
import GradusBLAS

/// `activation(x w + b)`: one product over all rows, with bias and activation added while the result is at hand.
///
/// - Parameters:
///   - x: `[…, D]`.
///   - w: `[D, M]`.
///   - b: `[M]`.
/// - Returns: `[…, M]`.
/// - Traps: when the shapes disagree.
@specialized(where Scalar == Float)
public func linear<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>? = nil, activation: Activation = .identity
) -> Tensor<Scalar> {
    check(
        x.rank > 0 && w.rank == 2 && x.shape[x.rank - 1] == w.shape[0] && (b == nil || b!.shape == [w.shape[1]]),
        "linear: expected […, D] by [D, M] and [M], got \(x.shape) by \(w.shape) and \(b?.shape ?? [])")
    if activation == .softmax { return linear(x, w, b).softmax() }
    let (d, m) = (w.shape[0], w.shape[1])
    let rows = x.shape.dropLast().reduce(1, *)
    let (input, weight) = (x.detached(), w.detached())
    x.storage.trace?.note(multiplyAdds: rows * d * m)
    // The sum before an activation whose slope does not follow from its output, where a gradient may be asked for.
    let isRecorded = x.origin != nil || w.origin != nil || b?.origin != nil
    let sum =
        isRecorded && !activation.slopeFollowsFromOutput
        ? Tensor<Scalar>.uninitialized(x.shape.dropLast() + [m], like: x) : nil
    let y = Tensor<Scalar>.computed(x.shape.dropLast() + [m], [input, weight] + (b.map { [$0] } ?? [])) {
        out, sources in
        guard rows > 0 && m > 0 else { return }
        let finish = Kernels.finish(
            out, before: sum?.destination, bias: b == nil ? nil : sources[2], activation, width: m)
        if w.origin == nil && rows > 1 {
            // Weights that are not trained here will be used again.
            Kernels.product(sources[0], rows, d, PackedWeights(keptBy: weight), nil, into: out, finish: finish)
        } else {
            Kernels.matmul(
                MatrixView(sources[0], rows: rows, columns: d), transposeA: false,
                MatrixView(sources[1], rows: d, columns: m), transposeB: false,
                into: MutableMatrixView(out, rows: rows, columns: m), finish: finish)
        }
    }
    return record([y], from: [x, w] + (b.map { [$0] } ?? [])) { upstream, pass in
        let dz: Tensor<Scalar>
        if let sum, let (function, parameter) = activation.kernel {
            if pass.createsGraph {
                let z = linear(pass.input(0, input), pass.input(1, weight), b.map { pass.input(2, $0.detached()) })
                let slope = z.gradient(
                    of: function, parameter: parameter, value: pass.result(0, y), upstream: upstream[0]!)
                dz = slope.reshaped(to: [rows, m])
            } else {
                dz = .computed([rows, m], upstream[0]!, sum, y) { dz, dy, z, y in
                    Kernels.unaryGradient(function, dz, dy, z, y, parameter, rows * m)
                }
            }
        } else {
            dz = activation.gradient(upstream[0]!, at: y, pass).reshaped(to: [rows, m])
        }
        let dx = pass.wants(0) ? matmul(dz, pass.input(1, weight), transposeB: true).reshaped(to: input.shape) : nil
        let db = b != nil && pass.wants(2) ? dz.sum(axes: [0]) : nil
        var dw: Contribution<Scalar>?
        if pass.wants(1) {
            let rows = pass.input(0, input).reshaped(to: [rows, d])
            dw = pass.createsGraph ? .tensor(matmul(rows, transposeA: true, dz)) : .outerProducts(rows, dz)
        }
        return [dx.map(Contribution.tensor), dw] + (b == nil ? [] : [db.map(Contribution.tensor)])
    }[0]
}
