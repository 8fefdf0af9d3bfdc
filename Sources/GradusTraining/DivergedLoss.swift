import Gradus

/// A loss that has become far larger than it was in the beginning: the training learns nothing any more.
public struct DivergedLoss: Error, CustomStringConvertible {
    /// The step, counted from 1.
    public let step: Int
    /// Its loss.
    public let loss: Float
    /// The loss of the first step.
    public let firstLoss: Float
    /// The step of the checkpoint that was written last; `nil` when none was.
    public let checkpointStep: Int?

    /// What happened and what to do.
    public var description: String {
        "the loss is \(loss) at step \(step) and was \(firstLoss) at first. \(keptCheckpoint(checkpointStep)) "
            + "Try a smaller --learning-rate, or clip the gradients."
    }
}
