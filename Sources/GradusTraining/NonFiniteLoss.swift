import Gradus

/// A loss or a weight that is no number any more: the training has diverged.
public struct NonFiniteLoss: Error, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// The loss; `nil` when it was a number still, but the step left a weight that is none.
    public let loss: Float?
    /// The first parameter whose gradient, or value, was not finite, in declaration order.
    public let parameter: String?
    /// The step of the checkpoint that was written last; `nil` when none was.
    public let checkpointStep: Int?

    /// A loss, or without one a weight, that is not finite.
    public init(step: Int, loss: Float?, parameter: String?, checkpointStep: Int? = nil) {
        (self.step, self.loss, self.parameter, self.checkpointStep) = (step, loss, parameter, checkpointStep)
    }

    /// What happened and what to do.
    public var description: String {
        let what: String
        if let loss {
            let place = parameter.map { "; the gradient of \"\($0)\" was the first that is not finite" } ?? ""
            what = "the loss is \(loss) at step \(step)\(place)"
        } else {
            what = "\"\(parameter ?? "")\" is not finite after step \(step)"
        }
        return "\(what). \(keptCheckpoint(checkpointStep)) Try a smaller --learning-rate, or clip the gradients."
    }
}

/// What is left of a training that has failed.
func keptCheckpoint(_ step: Int?) -> String {
    switch step {
    case nil: "No checkpoint was written yet."
    case 0: "The checkpoint is kept, but it is that of the beginning."
    case let step?: "The last checkpoint is kept, that of step \(step)."
    }
}
