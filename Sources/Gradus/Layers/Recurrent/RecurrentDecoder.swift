import CKernels
import GradusBLAS

/// Runs a recurrent network on one sequence, one step at a time, as for generating text: nothing is recorded for
/// differentiation, and a step allocates nothing.
///
/// It computes the same as ``RecurrentLayer/step(_:_:_:)`` on a batch of one, many times faster for small networks. Later
/// changes of the network's weights have no effect.
public final class RecurrentDecoder {
    /// h and, for an LSTM, c of every layer: a value that can be saved and restored.
    public struct State: Equatable, Sendable {
        /// h of the lowest layer, then of the next, …, then c likewise.
        public internal(set) var values: [Float]
    }

    /// The cell.
    public let kind: RecurrentKind
    /// The length H of each layer's state.
    public let units: Int
    /// The number of layers.
    public let layers: Int
    /// The state after the last step.
    public var state: State
    private let inputProducts: [VectorLinear]
    private let recurrentProducts: [VectorLinear]
    private var scratch: Tensor<Float>

    /// A decoder in zero state.
    ///
    /// - Traps: when the network is bidirectional.
    public init(_ network: some RecurrentLayer) {
        check(network.reverseCells.isEmpty, "RecurrentDecoder: a bidirectional network cannot run a single step")
        (kind, units, layers) = (network.kind, network.units, network.forwardCells.count)
        let isGRU = kind == .gru
        inputProducts = network.forwardCells.map { cell in
            // Only a GRU needs the two sums separately.
            let bias = isGRU ? cell.inputBias.stored : cell.inputBias.stored + cell.recurrentBias.stored
            return VectorLinear(cell.inputWeight.stored, bias)
        }
        recurrentProducts = network.forwardCells.map { cell in
            VectorLinear(cell.recurrentWeight.stored, isGRU ? cell.recurrentBias.stored : nil)
        }
        let states = kind == .lstm ? 2 * layers : layers
        state = State(values: Array(repeating: 0, count: states * units))
        // The two sums, the state before the step, and what the kernel saves for a backward pass.
        scratch = Tensor(zeros: [(3 * kind.gates + 1) * units])
    }

    /// The number D of inputs.
    public var inputs: Int { inputProducts[0].inputs }

    /// Sets the state to zero.
    public func reset() { state.values.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }

    /// One step with D inputs.
    ///
    /// - Traps: when there are more or fewer inputs.
    public func step(_ input: Span<Float>) {
        input.withUnsafeBufferPointer { input in run { inputProducts[0](input, into: $0) } }
    }

    /// One step with an input that is 1 at `index` and 0 elsewhere.
    ///
    /// - Traps: when there is no such input.
    public func step(oneHot index: Int) {
        run { inputProducts[0](row: index, into: $0) }
    }

    /// Calls `body` with h of a layer, H numbers; the top layer by default.
    ///
    /// - Traps: when there is no such layer.
    public func withOutput<R>(layer: Int? = nil, _ body: (Span<Float>) throws -> R) rethrows -> R {
        let (values, layer) = (state.values, layer ?? layers - 1)
        check(layer >= 0 && layer < layers, "RecurrentDecoder: layer \(layer) of \(layers)")
        return try body(values.span.extracting((layer * units)..<((layer + 1) * units)))
    }

    private func run(_ firstProduct: (UnsafeMutableBufferPointer<Float>) -> Void) {
        scratch.withUnsafeMutableElements { scratch in
            state.values.withUnsafeMutableBufferPointer { state in
                let sums = UnsafeMutableBufferPointer(rebasing: scratch[..<(kind.gates * units)])
                firstProduct(sums)
                for layer in 0..<layers {
                    if layer > 0 {
                        let below = state[((layer - 1) * units)..<(layer * units)]
                        inputProducts[layer](UnsafeBufferPointer(rebasing: below), into: sums)
                    }
                    runCell(layer, sums.baseAddress!, state.baseAddress!)
                }
            }
        }
    }

    /// From the input's sums to the layer's new state.
    private func runCell(_ layer: Int, _ sums: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>) {
        let (h, width) = (memory + layer * units, kind.gates * units)
        let (others, rest) = (sums + width, sums + 2 * width)
        let state = UnsafeBufferPointer(start: h, count: units)
        let product = UnsafeMutableBufferPointer(start: kind == .gru ? others : sums, count: width)
        recurrentProducts[layer](state, into: product, adding: kind != .gru)
        switch kind {
        case .lstm:
            let c = memory + (layers + layer) * units
            rest.update(from: c, count: units)
            Float.kernels.pointee.lstm_cell(h, c, rest + units, sums, rest, 1, units)
        case .gru:
            rest.update(from: h, count: units)
            Float.kernels.pointee.gru_cell(h, rest + units, sums, others, rest, 1, units)
        case .tanh, .relu:
            Float.kernels.pointee.unary(kind == .tanh ? GRADUS_TANH : GRADUS_RELU, h, sums, 0, units)
        }
    }
}

/// `y = x W + b` for one row, without recording and without allocating, for decoders.
///
/// A matrix-vector product is limited by memory bandwidth, so it runs on one thread.
package struct VectorLinear {
    /// The number D of inputs.
    package let inputs: Int
    /// The number M of outputs.
    package let outputs: Int
    private let weight: Tensor<Float>
    private let bias: Tensor<Float>?
    private let isTransposed: Bool

    /// A product with the current values of the weights.
    ///
    /// - Parameters:
    ///   - weight: `[D, M]`, or `[M, D]` when transposed.
    ///   - bias: `[M]`.
    /// - Traps: when the shapes disagree.
    package init(_ weight: Tensor<Float>, _ bias: Tensor<Float>?, isTransposed: Bool = false) {
        check(weight.rank == 2, "VectorLinear: expected weights [D, M], got \(weight.shape)")
        (inputs, outputs) =
            isTransposed ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1])
        check(
            bias == nil || bias!.shape == [outputs],
            "VectorLinear: expected a bias [\(outputs)], got \(bias?.shape ?? [])")
        (self.weight, self.bias, self.isTransposed) = (weight.detached(), bias?.detached(), isTransposed)
    }

    /// Writes `y = x W + b`; with `adding`, adds `x W` to y.
    ///
    /// - Parameters:
    ///   - x: D numbers.
    ///   - y: M numbers.
    /// - Traps: when there are more or fewer.
    package func callAsFunction(
        _ x: UnsafeBufferPointer<Float>, into y: UnsafeMutableBufferPointer<Float>, adding: Bool = false
    ) {
        check(
            x.count == inputs && y.count == outputs,
            "VectorLinear: expected \(inputs) inputs and \(outputs) outputs, got \(x.count) and \(y.count)")
        BLAS.prepareForOwnThreads()
        if !adding { begin(y) }
        withExtendedLifetime(weight.storage) {
            BLAS.gemv(
                MatrixView(weight.pointer, rows: weight.shape[0], columns: weight.shape[1]), transposeA: !isTransposed,
                VectorView(x.baseAddress!, count: inputs), beta: 1,
                into: MutableVectorView(y.baseAddress!, count: outputs))
        }
    }

    /// Writes `y = W[row, :] + b`: the result for an input that is 1 at `row` and 0 elsewhere.
    ///
    /// - Traps: when there is no such row.
    package func callAsFunction(row: Int, into y: UnsafeMutableBufferPointer<Float>) {
        check(row >= 0 && row < inputs, "VectorLinear: input \(row) of \(inputs)")
        check(y.count == outputs, "VectorLinear: expected \(outputs) outputs, got \(y.count)")
        begin(y)
        withExtendedLifetime(weight.storage) {
            let (start, step) = isTransposed ? (row, inputs) : (row * outputs, 1)
            for i in 0..<outputs { y[i] += weight.pointer[start + i * step] }
        }
    }

    private func begin(_ y: UnsafeMutableBufferPointer<Float>) {
        guard let bias else { return y.update(repeating: 0) }
        withExtendedLifetime(bias.storage) { y.baseAddress!.update(from: bias.pointer, count: outputs) }
    }
}
