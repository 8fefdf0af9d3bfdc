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
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>? = nil, activation: Activation = .identity,
    file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    check(
        x.rank > 0 && w.rank == 2 && x.shape[x.rank - 1] == w.shape[0] && (b == nil || b!.shape == [w.shape[1]]),
        "linear: expected […, D] by [D, M] and [M], got \(x.shape) by \(w.shape) and \(b?.shape ?? [])", file, line)
    guard activation.slopeFollowsFromOutput else {
        return activation(linear(x, w, b, activation: .identity, file: file, line: line))
    }
    let (d, m) = (w.shape[0], w.shape[1])
    let rows = x.shape.dropLast().reduce(1, *)
    let (input, weight) = (x.detached(), w.detached())
    x.storage.trace?.note(multiplyAdds: rows * d * m)
    let y = Tensor<Scalar>.computed(x.shape.dropLast() + [m], [input, weight] + (b.map { [$0] } ?? [])) {
        out, sources in
        guard rows > 0 && m > 0 else { return }
        if w.origin == nil && rows > 1 {
            // Weights that are not trained here will be used again.
            Kernels.product(sources[0], rows, d, PackedWeights(keptBy: weight), nil, into: out)
        } else {
            Kernels.matmul(
                MatrixView(sources[0], rows: rows, columns: d), transposeA: false,
                MatrixView(sources[1], rows: d, columns: m), transposeB: false,
                into: MutableMatrixView(out, rows: rows, columns: m))
        }
        Kernels.addBias(b == nil ? nil : sources[2], activation, to: out, rows: rows, width: m)
    }
    return record([y], from: [x, w] + (b.map { [$0] } ?? [])) { upstream, pass in
        let dz = activation.gradient(upstream[0]!, at: y, pass).reshaped(to: [rows, m])
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

extension Kernels {
    /// `y[r, :] = activation(y[r, :] + bias)`, in place.
    static func addBias<Scalar: DifferentiableScalar>(
        _ bias: UnsafePointer<Scalar>?, _ activation: Activation, to y: UnsafeMutablePointer<Scalar>, rows: Int,
        width: Int
    ) {
        let function = activation.kernel
        guard bias != nil || function != nil else { return }
        nonisolated(unsafe) let (y, bias) = (y, bias)
        forEachRowRange(rows, width: width) { start, length in
            Scalar.kernels.pointee.bias_activation(
                function?.function ?? GRADUS_RELU, function == nil ? 0 : 1, y + start * width, bias,
                function?.parameter ?? 0, length, width)
        }
    }
}
