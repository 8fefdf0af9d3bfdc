import GradusBLAS

/// `x w + b` for several weights of one width, the results side by side: `[…, D]` to `[…, Σ M]`.
///
/// Going there, x is read once, and on the way back there is one product for x and one for all weights. Weights that are not
/// trained here keep their packed forms.
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
