import CKernels

/// Runs a recurrent network on one sequence, a step at a time, as when text is written: nothing is recorded for
/// differentiation, and a step allocates nothing.
///
/// It computes what ``RecurrentLayer/step(_:_:_:)`` does on a batch of one, many times faster for small networks. The
/// weights are those of the moment in which the decoder was made.
public final class RecurrentDecoder {
    /// h and, for an LSTM, c of every layer: a value that can be kept and put back.
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
    /// Where the network stands.
    public var state: State
    private let inputProducts: [VectorLinear]
    private let recurrentProducts: [VectorLinear]
    private var scratch: Tensor<Float>

    /// A decoder in zero state.
    ///
    /// - Traps: when the network runs in both directions.
    public init(_ network: some RecurrentLayer) {
        check(network.backward.isEmpty, "RecurrentDecoder: a network of both directions has no next step")
        (kind, units, layers) = (network.kind, network.units, network.forward.count)
        let isGRU = kind == .gru
        inputProducts = network.forward.map { weights in
            // Only a GRU needs the two sums apart.
            let bias = isGRU ? weights.inputBias.stored : weights.inputBias.stored + weights.recurrentBias.stored
            return VectorLinear(weights.inputWeight.stored, bias)
        }
        recurrentProducts = network.forward.map { weights in
            VectorLinear(weights.recurrentWeight.stored, isGRU ? weights.recurrentBias.stored : nil)
        }
        let states = kind == .lstm ? 2 * layers : layers
        state = State(values: Array(repeating: 0, count: states * units))
        // The two sums, the state before the step, and what the cell keeps for a backward pass that never comes.
        scratch = Tensor(zeros: [(3 * kind.gates + 1) * units])
    }

    /// The number D of inputs.
    public var inputs: Int { inputProducts[0].inputs }

    /// Goes back to zero state.
    public func reset() { state.values.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }

    /// One step with D inputs.
    ///
    /// - Traps: when there are not D of them.
    public func step(_ input: UnsafeBufferPointer<Float>) {
        run { inputProducts[0](input, into: $0) }
    }

    /// One step with an input that is 1 at `index` and 0 elsewhere.
    ///
    /// - Traps: when there is no such input.
    public func step(oneHot index: Int) {
        run { inputProducts[0](row: index, into: $0) }
    }

    /// Calls `body` with h of a layer, the top one by default.
    ///
    /// - Traps: when there is no such layer.
    public func withOutput<R>(layer: Int? = nil, _ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        let layer = layer ?? layers - 1
        check((0..<layers).contains(layer), "RecurrentDecoder: layer \(layer) of \(layers)")
        return try state.values.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[(layer * units)..<((layer + 1) * units)]))
        }
    }

    private func run(_ firstProduct: (UnsafeMutableBufferPointer<Float>) -> Void) {
        scratch.withUnsafeMutableElements { scratch in
            state.values.withUnsafeMutableBufferPointer { state in
                let (sums, memory) = (scratch.baseAddress!, state.baseAddress!)
                for layer in 0..<layers {
                    if layer == 0 {
                        firstProduct(UnsafeMutableBufferPointer(start: sums, count: kind.gates * units))
                    } else {
                        inputProducts[layer](
                            UnsafeBufferPointer(start: memory + (layer - 1) * units, count: units),
                            into: UnsafeMutableBufferPointer(start: sums, count: kind.gates * units))
                    }
                    runCell(layer, sums, memory)
                }
            }
        }
    }

    /// From the input's sums to the layer's new state.
    private func runCell(_ layer: Int, _ sums: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>) {
        let (h, width) = (memory + layer * units, kind.gates * units)
        let (others, rest) = (sums + width, sums + 2 * width)
        let output = UnsafeBufferPointer<Float>(start: h, count: units)
        switch kind {
        case .lstm:
            recurrentProducts[layer](output, into: UnsafeMutableBufferPointer(start: sums, count: width), adding: true)
            let c = memory + (layers + layer) * units
            rest.update(from: c, count: units)
            Float.kernels.pointee.lstm_cell(h, c, rest + units, sums, rest, 1, units)
        case .gru:
            recurrentProducts[layer](output, into: UnsafeMutableBufferPointer(start: others, count: width))
            rest.update(from: h, count: units)
            Float.kernels.pointee.gru_cell(h, rest + units, sums, others, rest, 1, units)
        case .tanh, .relu:
            recurrentProducts[layer](output, into: UnsafeMutableBufferPointer(start: sums, count: width), adding: true)
            Float.kernels.pointee.unary(kind == .tanh ? GRADUS_TANH : GRADUS_RELU, h, sums, 0, units)
        }
    }
}
