/// Sets elements to zero with probability `rate` in training passes; see ``dropout(_:rate:using:)``.
public struct Dropout: Layer {
    /// The probability of an element to be dropped.
    public let rate: Double

    /// A layer that drops elements with probability `rate`.
    ///
    /// - Traps: when `rate` is not in `0..<1`.
    public init(_ rate: Double) {
        check(rate >= 0 && rate < 1, "Dropout: the rate must be in 0..<1, got \(rate)")
        self.rate = rate
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "Dropout", input) {
            pass.isTraining ? dropout(input, rate: rate, using: pass.random) : input
        }
    }
}
