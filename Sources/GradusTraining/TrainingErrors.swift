import Gradus

/// An error of a training that cannot continue: its program ends with exit code 4.
public protocol TrainingError: Error {}

/// A loss or a weight that is no number any more.
public struct NonFiniteLoss: TrainingError, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// The loss; `nil` when it was a number still, but the step left a weight that is none.
    public let loss: Float?
    /// The first parameter whose gradient, or value, was not finite, in declaration order.
    public let parameter: String?
    /// The step of the last checkpoint; `nil` when none was written.
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
        return "\(what). \(checkpointWords(checkpointStep)) \(advice)"
    }
}

/// A loss far above the first one.
public struct DivergedLoss: TrainingError, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// Its loss.
    public let loss: Float
    /// The loss of the first step.
    public let firstLoss: Float
    /// The step of the last checkpoint; `nil` when none was written.
    public let checkpointStep: Int?

    /// What happened and what to do.
    public var description: String {
        "the loss is \(loss) at step \(step) and was \(firstLoss) at first. \(checkpointWords(checkpointStep)) \(advice)"
    }
}

private let advice = "Try a smaller learning rate, or clip the gradients."

private func checkpointWords(_ step: Int?) -> String {
    switch step {
    case nil: "No checkpoint was written yet."
    case 0: "The only checkpoint is that of the beginning."
    case let step?: "The checkpoint of step \(step) is kept."
    }
}
