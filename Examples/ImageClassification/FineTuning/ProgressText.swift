import Gradus
import GradusTraining

/// A progress line for work that is no epoch.
struct ProgressText {
    private let line = ProgressLine()
    private let size: Int

    /// A line for work that is counted in pieces of `size` images.
    init(_ size: Int) { self.size = size }

    /// Shows that so many pieces, or images, are done.
    func show(_ done: Int, of all: Int) {
        line.show(ProgressLine.Status(epoch: 1, epochs: 1, batch: done, batches: all, batchSize: size, figures: []))
    }
}
