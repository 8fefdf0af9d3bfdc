/// One recurrent layer in one direction: over a sequence, or one step at a time.
///
/// The gates are concatenated along the last axis, in the order of ``RecurrentKind``.
public struct RecurrentCell: Module {
    /// The state between steps.
    public struct State {
        /// h, `[N, H]`.
        public var hidden: Tensor<Float>
        /// c of an LSTM, `[N, H]`; `nil` for other kinds.
        public var cell: Tensor<Float>?

        /// A state of the given tensors.
        public init(hidden: Tensor<Float>, cell: Tensor<Float>? = nil) {
            (self.hidden, self.cell) = (hidden, cell)
        }

        /// The given rows in this order; a row may occur more than once.
        ///
        /// - Traps: when an index is outside the batch.
        public func gathering(_ rows: Tensor<Int32>) -> State {
            State(hidden: hidden.gathering(rows), cell: cell?.gathering(rows))
        }
    }

    /// Which cell it is.
    public let kind: RecurrentKind
    /// Weights of the input, `[D, G H]`.
    public let inputWeight: Parameter
    /// Weights of the state, `[H, G H]`.
    public let recurrentWeight: Parameter
    /// Bias of the input's sum, `[G H]`.
    public let inputBias: Parameter
    /// Bias of the state's sum, `[G H]`.
    public let recurrentBias: Parameter

    /// A cell of `units` units for `inputs` features.
    ///
    /// - Parameters:
    ///   - initializer: draws weights and biases; the fan-in is `units`.
    ///   - forgetBias: added to the bias of an LSTM's forget gate.
    public init(
        _ kind: RecurrentKind, _ inputs: Int, _ units: Int, initializer: Initializer = .fanInUniform,
        forgetBias: Float = 0
    ) {
        let width = kind.gates * units
        self.kind = kind
        inputWeight = Parameter(initializer([inputs, width], fanIn: units, fanOut: units))
        recurrentWeight = Parameter(initializer([units, width], fanIn: units, fanOut: units))
        var bias = initializer([width], fanIn: units, fanOut: units)
        if kind == .lstm && forgetBias != 0 {
            bias.withUnsafeMutableElements { for i in units..<(2 * units) { $0[i] += forgetBias } }
        }
        inputBias = Parameter(bias)
        recurrentBias = Parameter(initializer([width], fanIn: units, fanOut: units))
    }

    /// The number D of features.
    public var inputs: Int { inputWeight.shape[0] }
    /// The length H of the state.
    public var units: Int { recurrentWeight.shape[0] }

    /// A state of zeros for a batch of `rows`.
    public func zeroState(_ rows: Int) -> State {
        let zeros = Tensor<Float>(zeros: [rows, units])
        return State(hidden: zeros, cell: kind == .lstm ? zeros : nil)
    }

    /// Runs sequences.
    ///
    /// - Parameters:
    ///   - x: time first, `[T, N, D]`.
    ///   - state: the state before the first step.
    ///   - lengths: the number of valid steps of each row; `nil` where all are.
    ///   - isReversed: whether the last valid step is the first to run.
    /// - Returns: h of every step, `[T, N, H]`, and the state after the last.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ x: Tensor<Float>, _ state: State, lengths: [Int]? = nil, isReversed: Bool = false
    ) -> (outputs: Tensor<Float>, state: State) {
        let (outputs, hidden, cell) = recurrentSequence(
            kind, x, hidden: state.hidden, cell: state.cell, inputWeight: inputWeight.value,
            recurrentWeight: recurrentWeight.value, inputBias: inputBias.value, recurrentBias: recurrentBias.value,
            lengths: lengths, isReversed: isReversed)
        return (outputs, State(hidden: hidden, cell: cell))
    }

    /// Runs sequences of tokens `[T, N]`, each an index of a row of `table`, `[V, G H]`; `nil` is the input weight.
    func callAsFunction(
        tokens: Tensor<Int32>, of table: Tensor<Float>? = nil, _ state: State, lengths: [Int]?, isReversed: Bool
    ) -> (outputs: Tensor<Float>, state: State) {
        let (outputs, hidden, cell) = recurrentSequence(
            kind, tokens: tokens, hidden: state.hidden, cell: state.cell, inputWeight: table ?? inputWeight.value,
            recurrentWeight: recurrentWeight.value, inputBias: inputBias.value, recurrentBias: recurrentBias.value,
            lengths: lengths, isReversed: isReversed)
        return (outputs, State(hidden: hidden, cell: cell))
    }

    /// One step: from `[N, D]` to the new state.
    public func step(_ x: Tensor<Float>, _ state: State) -> State { self(x.expandingShape(at: 0), state).state }
}
