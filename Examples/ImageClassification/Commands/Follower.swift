import ExampleSupport
import Foundation
import Gradus
import GradusTraining

/// Judges each new checkpoint of a run that goes on in another process, until that ends.
///
/// It only reads: a checkpoint is replaced in one step, so what is read is always a whole one.
struct Follower {
    /// The checkpoint.
    let path: String
    /// The run's folder.
    let folder: String
    /// Seconds between two looks at the file.
    let interval: Int

    /// - Returns: the judgement of the last checkpoint.
    func follow(_ judge: Judge, from first: TrainedRun, _ log: EventLog) throws -> Judge.Verdict {
        var trained = first
        var seen = stamp
        var verdict = try judged(trained, judge, log)
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
                    throw FileError(path: path, reason: "now belongs to another run")
                }
                verdict = try judged(trained, judge, log)
            } else if !isRunning {
                show("the training has ended")
                break
            } else {
                wait()
            }
        }
        return verdict
    }

    /// Tells one file under the checkpoint's name from the next.
    private var stamp: [String] {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return [FileAttributeKey.systemFileNumber, .modificationDate].map { "\(facts?[$0] ?? "")" }
    }

    private func judged(_ trained: TrainedRun, _ judge: Judge, _ log: EventLog) throws -> Judge.Verdict {
        let verdict = judge.verdict(on: trained.classifier.network)
        let (state, accuracy) = (trained.state, verdict.matrix.accuracy)
        show(
            String(
                format: "step %d, epoch %d/%d: test loss %.4f, test accuracy %.2f %%", state.step,
                min(state.epoch, trained.record.recipe.epochs), trained.record.recipe.epochs, verdict.loss,
                100 * accuracy))
        try log.write(
            "evaluation",
            [
                "step": .integer(state.step), "epoch": .integer(state.epoch), "test_loss": .number(verdict.loss),
                "test_accuracy": .number(accuracy),
            ])
        return verdict
    }

    /// Waits for the interval, or less when the training ends or Ctrl-C is pressed.
    private func wait() {
        let end = ProcessInfo.processInfo.systemUptime + Double(interval)
        while ProcessInfo.processInfo.systemUptime < end && !Interrupt.isRequested && RunLock.isHeld(folder) {
            usleep(200_000)
        }
    }
}
