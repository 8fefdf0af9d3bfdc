import Foundation
import Gradus
import GradusData

/// The images of the batches that are being made, handed out one by one to threads and put together again in order.
///
/// `Sendable` because its condition is held wherever what changes is read or written.
package final class DecodingWork: @unchecked Sendable {
    /// A batch some of whose images are still missing.
    private struct Part {
        var pixels: [UInt8]
        var labels: [Int32]
        var missing: Int
    }

    private let batches: ImageBatches
    private let condition = NSCondition()
    private var parts: [Int: Part] = [:]
    /// The batch that is taken next.
    private var wanted: Int
    /// The position in the order that is handed out next.
    private var position: Int
    private var isOver = false

    package init(_ batches: ImageBatches) {
        self.batches = batches
        wanted = batches.first
        position = batches.first * batches.size
        isOver = batches.first >= batches.count
    }

    /// What each thread does until there is nothing left.
    func run() {
        while let position = nextPosition() {
            if let (pixels, label) = decoded(position) {
                put(pixels, label, at: position)
            } else {
                cancel()
            }
        }
    }

    /// The next batch in order, or nil when there are no more.
    func take() -> ImageBatch? {
        condition.lock()
        while !isOver && parts[wanted]?.missing != 0 { condition.wait() }
        guard let part = parts.removeValue(forKey: wanted), part.missing == 0 else {
            condition.unlock()
            return nil
        }
        wanted += 1
        if wanted >= batches.count { isOver = true }
        condition.broadcast()
        condition.unlock()
        let preparation = batches.preparation
        let pixels = Tensor(
            part.pixels, shape: [part.labels.count, preparation.height, preparation.width, preparation.channels])
        return ImageBatch(images: Tensor<Float>(pixels) * (1 / 255), labels: Tensor(part.labels))
    }

    /// Ends the threads, each after the image in its hands.
    func cancel() {
        condition.lock()
        isOver = true
        condition.broadcast()
        condition.unlock()
    }

    /// The position to decode next; nil when there is none, or, unless it `waits`, while enough batches are being made.
    package func nextPosition(waits: Bool = true) -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !isOver {
            if position >= batches.end { return nil }
            let batch = position / batches.size
            if batch <= wanted + batches.ahead - 1 {
                if parts[batch] == nil {
                    let count = batches.positions(batch).count
                    parts[batch] = Part(
                        pixels: [UInt8](repeating: 0, count: count * batches.preparation.sampleCount),
                        labels: [Int32](repeating: 0, count: count), missing: count)
                }
                position += 1
                return position - 1
            }
            guard waits else { return nil }
            condition.wait()
        }
        return nil
    }

    /// The image at a position of the order, or the next one that can be used; nil when none can.
    private func decoded(_ position: Int) -> (pixels: [UInt8], label: Int32)? {
        let order = batches.order
        for step in 0..<order.count {
            let index = Int(order[(position + step) % order.count])
            if let image = batches.folder.image(index, batches.preparation) {
                return (image.pixels, batches.folder.labels[index])
            }
        }
        return nil
    }

    private func put(_ pixels: [UInt8], _ label: Int32, at position: Int) {
        let batch = position / batches.size
        let place = position - batch * batches.size
        condition.lock()
        defer { condition.unlock() }
        parts[batch]?.pixels.replaceSubrange((place * pixels.count)..<((place + 1) * pixels.count), with: pixels)
        parts[batch]?.labels[place] = label
        parts[batch]?.missing -= 1
        if parts[batch]?.missing == 0 { condition.broadcast() }
    }
}
