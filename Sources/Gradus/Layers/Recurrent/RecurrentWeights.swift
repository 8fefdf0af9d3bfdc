/// The weights of one recurrent layer in one direction.
///
/// The gates lie side by side in the last axis, in the order of ``RecurrentKind``.
public struct RecurrentWeights: Module {
    /// Weights of the input, `[D, G H]`.
    public let inputWeight: Parameter
    /// Weights of the state, `[H, G H]`.
    public let recurrentWeight: Parameter
    /// Bias of the input's sum, `[G H]`.
    public let inputBias: Parameter
    /// Bias of the state's sum, `[G H]`.
    public let recurrentBias: Parameter

    /// Weights drawn evenly from ±1/√H; `forgetBias` is added to an LSTM's forget gate.
    init(_ kind: RecurrentKind, _ inputs: Int, _ units: Int, _ initializer: Initializer, forgetBias: Float) {
        let width = kind.gates * units
        inputWeight = Parameter(initializer([inputs, width], fanIn: units, fanOut: units))
        recurrentWeight = Parameter(initializer([units, width], fanIn: units, fanOut: units))
        var bias = initializer([width], fanIn: units, fanOut: units)
        if kind == .lstm && forgetBias != 0 {
            bias.withUnsafeMutableElements { for i in units..<(2 * units) { $0[i] += forgetBias } }
        }
        inputBias = Parameter(bias)
        recurrentBias = Parameter(initializer([width], fanIn: units, fanOut: units))
    }

    /// Runs a sequence `[T, N, D]`.
    func callAsFunction(
        _ kind: RecurrentKind, _ x: Tensor<Float>, hidden: Tensor<Float>, cell: Tensor<Float>?, lengths: [Int]?,
        isReversed: Bool
    ) -> (outputs: Tensor<Float>, hidden: Tensor<Float>, cell: Tensor<Float>?) {
        recurrentSequence(
            kind, x, hidden: hidden, cell: cell, inputWeight: inputWeight.value,
            recurrentWeight: recurrentWeight.value, inputBias: inputBias.value, recurrentBias: recurrentBias.value,
            lengths: lengths, isReversed: isReversed)
    }

    /// Runs a sequence of tokens `[T, N]`, each of which stands for a row of `table`, `[V, G H]`; `nil` is the input weight.
    func callAsFunction(
        _ kind: RecurrentKind, tokens: Tensor<Int32>, of table: Tensor<Float>? = nil, hidden: Tensor<Float>,
        cell: Tensor<Float>?, lengths: [Int]?, isReversed: Bool
    ) -> (outputs: Tensor<Float>, hidden: Tensor<Float>, cell: Tensor<Float>?) {
        recurrentSequence(
            kind, tokens: tokens, hidden: hidden, cell: cell, inputWeight: table ?? inputWeight.value,
            recurrentWeight: recurrentWeight.value, inputBias: inputBias.value, recurrentBias: recurrentBias.value,
            lengths: lengths, isReversed: isReversed)
    }
}
