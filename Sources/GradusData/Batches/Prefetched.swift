import Foundation

/// A sequence whose elements are made ahead, on another thread, while the consumer works on the ones before.
///
/// The order stays. The thread ends when the sequence does, or as soon as the iterator is let go.
public struct Prefetched<Base: Sequence & Sendable>: Sequence where Base.Element: Sendable {
    private let base: Base
    private let ahead: Int

    init(_ base: Base, ahead: Int) {
        self.base = base
        self.ahead = Swift.max(1, ahead)
    }

    /// Starts the thread.
    public func makeIterator() -> Iterator { Iterator(base, ahead: ahead) }

    /// Takes the elements that the other thread makes.
    public final class Iterator: IteratorProtocol {
        private let queue: BoundedQueue<Base.Element>

        fileprivate init(_ base: Base, ahead: Int) {
            let queue = BoundedQueue<Base.Element>(ahead)
            self.queue = queue
            let thread = Thread {
                for element in base where !queue.put(element) { return }
                queue.finish()
            }
            thread.stackSize = 1 << 21
            thread.start()
        }

        deinit { queue.cancel() }

        /// The next element, waited for if it is not ready.
        public func next() -> Base.Element? { queue.take() }
    }
}

extension Sequence where Self: Sendable, Element: Sendable {
    /// The same elements, of which up to `ahead` are made on another thread before they are asked for.
    public func prefetched(ahead: Int = 2) -> Prefetched<Self> { Prefetched(self, ahead: ahead) }
}

/// A queue of limited length between two threads: `Sendable` because all it holds is guarded by its condition.
private final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let limit: Int
    private let condition = NSCondition()
    private var elements: [Element] = []
    private var isFinished = false
    private var isCancelled = false

    init(_ limit: Int) { self.limit = limit }

    /// Adds an element when there is room; `false` when nobody will take it any more.
    func put(_ element: Element) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while elements.count >= limit && !isCancelled { condition.wait() }
        if isCancelled { return false }
        elements.append(element)
        condition.broadcast()
        return true
    }

    func take() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty && !isFinished { condition.wait() }
        guard !elements.isEmpty else { return nil }
        condition.broadcast()
        return elements.removeFirst()
    }

    func finish() { change { isFinished = true } }

    func cancel() { change { isCancelled = true } }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}
