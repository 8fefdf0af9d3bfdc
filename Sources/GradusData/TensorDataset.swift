import Gradus

/// Examples whose inputs and targets are the rows of two tensors, `[N, …]` each.
public struct TensorDataset: Sendable {
    /// The inputs.
    public let inputs: Tensor<Float>
    /// The targets.
    public let targets: Tensor<Float>

    /// Rows of both tensors together.
    ///
    /// - Traps: when the tensors have different numbers of rows.
    public init(inputs: Tensor<Float>, targets: Tensor<Float>) {
        check(
            inputs.rank > 0 && targets.rank > 0 && inputs.shape[0] == targets.shape[0],
            "TensorDataset: expected as many targets as inputs, got \(inputs.shape) and \(targets.shape)")
        (self.inputs, self.targets) = (inputs, targets)
    }

    /// How many examples there are.
    public var count: Int { inputs.shape[0] }

    /// The same examples in a random order, the same for the same seed.
    public func shuffled(seed: Int) -> TensorDataset {
        let random = RandomGenerator(seed: UInt64(bitPattern: Int64(seed)))
        return choosing(randomPermutation(count, using: random))
    }

    /// The examples at the given positions.
    public func choosing(_ positions: [Int]) -> TensorDataset {
        let rows = Tensor(positions.map { Int32($0) })
        return TensorDataset(inputs: inputs.gathering(rows), targets: targets.gathering(rows))
    }

    /// A random share of the examples for validation, and the others for training.
    public func split(validation share: Double, seed: Int) -> (training: TensorDataset, validation: TensorDataset) {
        let random = RandomGenerator(seed: UInt64(bitPattern: Int64(seed)))
        let order = randomPermutation(count, using: random)
        let held = Int((Double(count) * min(1, max(0, share))).rounded())
        return (choosing(Array(order[held...])), choosing(Array(order[..<held])))
    }

    /// Batches of `size` examples from batch `first` on; the last may be smaller.
    ///
    /// - Traps: when `size` is not positive.
    public func batches(of size: Int, from first: Int = 0) -> some Sequence<TensorDataset> {
        check(size > 0 && first >= 0, "batches: a size of \(size) from batch \(first) on")
        return stride(from: first * size, to: count, by: size).lazy.map { start in
            let end = min(start + size, count)
            return TensorDataset(inputs: inputs[start..<end], targets: targets[start..<end])
        }
    }
}
