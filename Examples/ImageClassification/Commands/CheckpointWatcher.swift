import ExampleSupport
import Foundation
import Gradus
import GradusTraining

/// Evaluates each new checkpoint of a run that goes on in another process, until that ends.
///
/// It only reads: a checkpoint is replaced in one step, so what is read is always a whole one.
struct CheckpointWatcher {
    /// The checkpoint.
    let path: String
    /// The run's folder.
    let folder: String
    /// Seconds between two looks at the file.
    let interval: Int

    /// - Returns: the evaluation of the last checkpoint.
    func follow(_ evaluator: Evaluator, from first: TrainedRun, _ log: EventLog) throws -> Evaluator.Evaluation {
        var trained = first
        var seen = stamp
        var evaluation = try evaluated(trained, evaluator, log)
        while !Interrupt.isRequested {
            // Asked before the file is looked at, so that the last checkpoint is not missed.
            let isRunning = RunLock.isHeld(folder)
            let now = stamp
            if now != seen {
                seen = now
                let next = try TrainedRun(path)
                guard next.state.step != trained.state.step else { continue }
                trained = next
                guard trained.record.fingerprint == first.record.fingerprint else {
                    throw FileError(path: path, problem: "now belongs to another run")
                }
                evaluation = try evaluated(trained, evaluator, log)
            } else if !isRunning {
                show("the training has ended")
                break
            } else {
                wait()
            }
        }
        return evaluation
    }

    /// Tells one file under the checkpoint's name from the next.
    private var stamp: [String] {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return [FileAttributeKey.systemFileNumber, .modificationDate].map { "\(facts?[$0] ?? "")" }
    }

    private func evaluated(_ trained: TrainedRun, _ evaluator: Evaluator, _ log: EventLog) throws
        -> Evaluator.Evaluation
    {
        let evaluation = evaluator.evaluation(on: trained.classifier.network)
        let (state, accuracy) = (trained.state, evaluation.matrix.accuracy)
        show(
            String(
                format: "step %d, epoch %d/%d: test loss %.4f, test accuracy %.2f %%", state.step,
                min(state.epoch, trained.record.recipe.epochs), trained.record.recipe.epochs, evaluation.loss,
                100 * accuracy))
        try log.write(
            "evaluation",
            [
                "step": .integer(state.step), "epoch": .integer(state.epoch), "test_loss": .number(evaluation.loss),
                "test_accuracy": .number(accuracy),
            ])
        return evaluation
    }

    /// Waits for the interval, or less when the training ends or Ctrl-C is pressed.
    private func wait() {
        let end = ProcessInfo.processInfo.systemUptime + Double(interval)
        while ProcessInfo.processInfo.systemUptime < end && !Interrupt.isRequested && RunLock.isHeld(folder) {
            usleep(200_000)
        }
    }
}
