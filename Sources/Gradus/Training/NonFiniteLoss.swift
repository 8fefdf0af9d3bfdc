/// A loss that is no number any more: the training has diverged.
public struct NonFiniteLoss: Error, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// The loss.
    public let loss: Float
    /// The first parameter whose gradient was not finite, in declaration order.
    public let parameter: String?

    /// What happened and what to do.
    public var description: String {
        let place = parameter.map { "; the gradient of \"\($0)\" was the first that is not finite" } ?? ""
        return "the loss is \(loss) at step \(step)\(place). The last checkpoint is kept. "
            + "Try a smaller --learning-rate, or clip the gradients."
    }
}
