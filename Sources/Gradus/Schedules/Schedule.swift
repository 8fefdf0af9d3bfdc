/// The learning rate as a function of the step.
///
/// ```swift
/// let schedule = Schedule.cosine(from: 0.1, to: 0, steps: 10_000).warmedUp(steps: 500)
/// optimizer.learningRate = schedule(step)
/// ```
public struct Schedule: Sendable {
    private let rate: @Sendable (_ step: Int) -> Float

    /// A schedule of your own.
    public init(_ rate: @escaping @Sendable (_ step: Int) -> Float) { self.rate = rate }

    /// The rate of the given step, counted from 0.
    public func callAsFunction(_ step: Int) -> Float { rate(step) }
}
