import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision

/// Finds each new checkpoint of a run in another process, until the run ends.
///
/// It only reads: a checkpoint is replaced in one step, so what is read is always a whole one.
final class CheckpointWatcher {
    /// A checkpoint, read.
    struct Found {
        let classifier: ImageClassifier
        let images: ImageSource
        let position: TrainingPosition
    }

    /// The checkpoint.
    let path: String
    private let folder: String
    private let interval: Int
    private var seen: [String] = []
    private var step: Int?

    /// - Parameter interval: seconds between two looks at the file.
    init(folder: String, interval: Int) {
        (path, self.folder, self.interval) = ("\(folder)/checkpoint.safetensors", folder, interval)
    }

    /// The next checkpoint; nil after the last one, or Ctrl-C.
    func next() throws -> Found? {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path, problem: "is not there", advice: "Train first, or name the run's folder with --out.")
        }
        while !Interrupt.isRequested {
            // Asked before the file is looked at, so that the last checkpoint is not missed.
            let isRunning = RunLock.isHeld(folder)
            let now = stamp
            if now != seen {
                seen = now
                let checkpoint = try Checkpoint(contentsOf: path)
                let position: TrainingPosition = try checkpoint.value("position")
                guard position.step != step else { continue }
                step = position.step
                return Found(
                    classifier: try checkpoint.model(), images: try checkpoint.value("images"), position: position)
            }
            guard isRunning else { return nil }
            wait()
        }
        return nil
    }

    /// Tells one file under the checkpoint's name from the next.
    private var stamp: [String] {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return [FileAttributeKey.systemFileNumber, .modificationDate].map { "\(facts?[$0] ?? "")" }
    }

    /// Waits for the interval, or less when the training ends or Ctrl-C is pressed.
    private func wait() {
        let end = ProcessInfo.processInfo.systemUptime + Double(interval)
        while ProcessInfo.processInfo.systemUptime < end && !Interrupt.isRequested && RunLock.isHeld(folder) {
            usleep(200_000)
        }
    }
}

extension CheckpointWatcher.Found {
    /// Prints and logs an evaluation of this checkpoint.
    func show(_ evaluation: ImageEvaluation, _ log: EventLog) throws {
        // Between two epochs a position is that of the next one.
        let epoch = position.batch == 0 ? max(1, position.epoch - 1) : position.epoch
        GradusTraining.show(
            String(
                format: "step %d, epoch %d: test loss %.4f, test accuracy %.2f %%", position.step, epoch,
                evaluation.loss, 100 * evaluation.matrix.accuracy))
        try log.write(
            "evaluation",
            [
                "step": .integer(position.step), "epoch": .integer(epoch),
                "test_loss": .number(evaluation.loss), "test_accuracy": .number(evaluation.matrix.accuracy),
            ])
    }
}
