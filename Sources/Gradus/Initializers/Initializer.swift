import GradusBLAS

/// How a weight tensor is filled before training.
public struct Initializer: Sendable {
    private let make: @Sendable (_ shape: [Int], _ fanIn: Int, _ fanOut: Int, RandomGenerator) -> Tensor<Float>

    /// An initializer of your own.
    ///
    /// - Parameter make: returns a tensor of the given shape; the fans are the numbers of inputs and outputs of a unit.
    public init(
        _ make: @escaping @Sendable (_ shape: [Int], _ fanIn: Int, _ fanOut: Int, RandomGenerator) -> Tensor<Float>
    ) {
        self.make = make
    }

    /// A tensor of the given shape.
    ///
    /// - Traps: when the initializer returns another shape.
    public func callAsFunction(
        _ shape: [Int], fanIn: Int, fanOut: Int, using random: RandomGenerator = .current
    ) -> Tensor<Float> {
        if WeightsToCome.isExpected { return Tensor(zeros: shape) }
        let made = make(shape, fanIn, fanOut, random)
        check(made.shape == shape, "Initializer: expected shape \(shape), got \(made.shape)")
        return made
    }
}
