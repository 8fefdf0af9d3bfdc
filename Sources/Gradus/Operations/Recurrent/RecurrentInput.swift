/// What a recurrent layer reads at each step: vectors, or tokens that stand for rows of the input weight.
enum RecurrentInput<Scalar: DifferentiableScalar> {
    /// `[T, N, D]`, to be multiplied with a weight `[D, G H]`.
    case vectors(Tensor<Scalar>)
    /// `[T, N]`, each in `0..<V`, of a weight `[V, G H]`: the product of one-hot vectors without the vectors.
    case tokens(Tensor<Int32>)

    /// T and N.
    var size: (steps: Int, rows: Int) {
        switch self {
        case .vectors(let x): (x.shape[0], x.shape[1])
        case .tokens(let x): (x.shape[0], x.shape[1])
        }
    }

    /// The same input, with zeros in the steps behind each row's length if anything there is not finite: on the way back those
    /// steps have slopes of 0, and 0 times NaN would be NaN.
    func hidingPadding(_ lengths: [Int]?) -> RecurrentInput {
        guard case .vectors(let x) = self, let lengths, !x.isAbstract else { return self }
        let (steps, rows, features) = (size.steps, size.rows, x.shape[2])
        let padding = (0..<rows).flatMap { row in (lengths[row]..<steps).map { ($0 * rows + row) * features } }
        let isFinite = x.withUnsafeElements { x in
            padding.allSatisfy { Scalar.kernels.pointee.sum_of_squares(x.baseAddress! + $0, features).isFinite }
        }
        if isFinite { return self }
        var hidden = x
        hidden.withUnsafeMutableElements { x in padding.forEach { zeroFill(x.baseAddress! + $0, features) } }
        return .vectors(hidden)
    }

    /// Writes the inputs' sums with a bias, `[T · N, G H]`.
    func sums(_ weight: Tensor<Scalar>, _ bias: Tensor<Scalar>, into sums: UnsafeMutablePointer<Scalar>) {
        let (rows, width) = (size.steps * size.rows, bias.count)
        switch self {
        case .vectors(let x):
            let packed = PackedWeights(keptBy: weight)
            let features = x.shape[2]
            withExtendedLifetime((x.storage, bias.storage)) {
                Kernels.product(x.pointer, rows, features, packed, bias.pointer, into: sums)
            }
        case .tokens(let tokens):
            let table = weight + bias
            tokens.withUnsafeElements { tokens in
                table.withUnsafeElements { table in
                    nonisolated(unsafe) let (sums, table, tokens) = (sums, table, tokens)
                    Kernels.forEachRowRange(rows, width: width) { first, count in
                        for row in first..<(first + count) {
                            (sums + row * width).update(
                                from: table.baseAddress! + Int(tokens[row]) * width, count: width)
                        }
                    }
                }
            }
        }
    }

    /// From the gradient of the sums to that of the input weight.
    func weightGradient(_ slopes: Tensor<Scalar>, _ weightShape: [Int]) -> Contribution<Scalar> {
        switch self {
        case .vectors(let x):
            .deferredWeightGradient(x.reshaped(to: [size.steps * size.rows, weightShape[0]]), slopes)
        case .tokens(let tokens):
            .rows(slopes.reshaped(to: tokens.shape + [weightShape[1]]), at: tokens, of: weightShape)
        }
    }

    /// From the gradient of the sums to that of the vectors.
    func gradient(_ slopes: Tensor<Scalar>, _ weight: Tensor<Scalar>) -> Tensor<Scalar>? {
        guard case .vectors(let x) = self else { return nil }
        let rows = size.steps * size.rows
        // A single step's weights are kept packed for the next; a sequence is worth a product of its own.
        if size.steps > 1 {
            return matmul(slopes.reshaped(to: [rows, weight.shape[1]]), weight, transposeB: true).reshaped(to: x.shape)
        }
        let packed = PackedWeights(keptBy: weight, transposed: true)
        return .computed(x.shape, slopes) { dx, slopes in
            Kernels.product(slopes, rows, weight.shape[1], packed, nil, into: dx)
        }
    }
}
