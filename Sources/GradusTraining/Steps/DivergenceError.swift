import Gradus

/// A training that has diverged: a loss, a gradient or a weight is not finite, or the loss is far above the first.
public struct DivergenceError: Error, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// The loss; `nil` when it was finite and the step left a weight that is not.
    public let loss: Float?
    /// The first parameter in declaration order whose gradient, or value, is not finite.
    public let parameter: String?
    /// The loss of the first step, when this one is finite but too far above it.
    public let firstLoss: Float?
    /// The step of the last checkpoint; `nil` when none was written.
    public let checkpointStep: Int?

    /// An error at the given step.
    public init(step: Int, loss: Float?, parameter: String? = nil, firstLoss: Float? = nil, checkpointStep: Int? = nil)
    {
        (self.step, self.loss, self.parameter) = (step, loss, parameter)
        (self.firstLoss, self.checkpointStep) = (firstLoss, checkpointStep)
    }

    /// What happened and what to do.
    public var description: String {
        "\(cause). \(checkpoint) Try a smaller learning rate, or clip the gradients."
    }

    private var cause: String {
        guard let loss else { return "\"\(parameter ?? "")\" is not finite after step \(step)" }
        if let firstLoss { return "the loss is \(loss) at step \(step) and was \(firstLoss) at first" }
        let place = parameter.map { "; the gradient of \"\($0)\" was the first that is not finite" } ?? ""
        return "the loss is \(loss) at step \(step)\(place)"
    }

    private var checkpoint: String {
        switch checkpointStep {
        case nil: "No checkpoint was written yet."
        case 0: "The checkpoint is kept, but it is that of the beginning."
        case let step?: "The last checkpoint is kept, that of step \(step)."
        }
    }
}
