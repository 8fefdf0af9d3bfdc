import CKernels
import GradusBLAS

/// `activation(x w + b)`: one product over all rows, with bias and activation applied while the result is in the
/// cache.
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
    // The input of an activation whose derivative does not follow from its output, if a gradient may be computed.
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
            // Weights that are not trained here will be reused.
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
            dw = pass.createsGraph ? .tensor(matmul(rows, transposeA: true, dz)) : .deferredWeightGradient(rows, dz)
        }
        return [dx.map(Contribution.tensor), dw] + (b == nil ? [] : [db.map(Contribution.tensor)])
    }[0]
}

/// `x w + b` for several weights with the same input, the results concatenated: `[…, D]` to `[…, Σ M]`.
///
/// The forward pass reads x once; the backward pass takes one product for x and one for all weights. Weights that are
/// not trained here cache their packed forms.
///
/// - Traps: when the shapes disagree.
func joinedLinear<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ weights: [Tensor<Scalar>], _ biases: [Tensor<Scalar>]
) -> Tensor<Scalar> {
    check(
        x.rank > 0 && weights.count == biases.count
            && zip(weights, biases).allSatisfy {
                $0.rank == 2 && $0.shape[0] == x.shape[x.rank - 1] && $1.shape == [$0.shape[1]]
            },
        "linear: expected […, D] by [D, M] and [M], got \(x.shape) by \(weights.map(\.shape)) and \(biases.map(\.shape))"
    )
    let (input, saved) = (x.detached(), weights.map { $0.detached() })
    let (d, outputs) = (input.shape[input.rank - 1], weights.map { $0.shape[1] })
    let (rows, m) = (input.shape.dropLast().reduce(1, *), outputs.reduce(0, +))
    x.storage.trace?.note(multiplyAdds: rows * d * m)
    let isTrained = weights.contains { $0.origin != nil }
    let bias = Tensor.concatenated(biases.map { $0.detached() })
    let y = Tensor<Scalar>.computed(input.shape.dropLast() + [m], [input, bias] + saved) { out, sources in
        guard rows > 0 && m > 0 else { return }
        if isTrained {
            let joined = Tensor.concatenated(saved, axis: 1)
            withExtendedLifetime(joined.storage) {
                Kernels.matmul(
                    MatrixView(sources[0], rows: rows, columns: d), transposeA: false,
                    MatrixView(joined.pointer, rows: d, columns: m), transposeB: false,
                    into: MutableMatrixView(out, rows: rows, columns: m))
            }
        } else {
            var first = 0
            for weight in saved {
                Kernels.product(sources[0], rows, d, PackedWeights(keptBy: weight), nil, into: out + first, outStep: m)
                first += weight.shape[1]
            }
        }
        Kernels.addBias(sources[1], .identity, to: out, rows: rows, width: m)
    }
    return record([y], from: [x] + weights + biases, operation: "linear") { upstream, pass in
        if pass.createsGraph {
            let inputs = [input] + saved + biases.map { $0.detached() }
            return pass.gradients(at: inputs, upstream) { inputs in
                let (weights, biases) = (inputs[1...saved.count], inputs[(saved.count + 1)...])
                return [.concatenated(zip(weights, biases).map { linear(inputs[0], $0, $1) }, axis: -1)]
            }.map { $0.map(Contribution.tensor) }
        }
        let dz = upstream[0]!.reshaped(to: [rows, m])
        let dx =
            pass.wants(0) ? matmul(dz, .concatenated(saved, axis: 1), transposeB: true).reshaped(to: input.shape) : nil
        var gradients: [Tensor<Scalar>?] = [dx]
        let positions = (1...saved.count)
        if positions.contains(where: pass.wants) {
            gradients += matmul(input.reshaped(to: [rows, d]), transposeA: true, dz).split(lengths: outputs, axis: 1)
        } else {
            gradients += saved.map { _ in nil }
        }
        gradients += dz.sum(axes: [0]).split(lengths: outputs, axis: 0)
        return gradients.map { $0.map(Contribution.tensor) }
    }[0]
}
