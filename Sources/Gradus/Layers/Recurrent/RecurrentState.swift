/// The state of a recurrent network between steps: it goes in and comes out, no layer hides it.
public struct RecurrentState {
    /// h of each layer, `[N, H]`; with two directions, forward and backward of each layer in turn.
    public var hidden: [Tensor<Float>]
    /// c of each layer likewise; empty for networks without one.
    public var cell: [Tensor<Float>]

    /// A state of the given tensors.
    public init(hidden: [Tensor<Float>], cell: [Tensor<Float>] = []) {
        self.hidden = hidden
        self.cell = cell
    }

    /// The same values, through which no gradient travels: to carry a state from one batch to the next.
    public func detached() -> RecurrentState { map { $0.detached() } }

    /// The rows of the given indices, as to continue chosen beams.
    ///
    /// - Traps: when an index is outside the batch.
    public func gathering(_ rows: Tensor<Int32>) -> RecurrentState { map { $0.gathering(rows) } }

    private func map(_ change: (Tensor<Float>) -> Tensor<Float>) -> RecurrentState {
        RecurrentState(hidden: hidden.map(change), cell: cell.map(change))
    }
}
