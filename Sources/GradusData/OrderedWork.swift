import Foundation

/// Elements in the order of their numbers, each made from its number alone by one of several threads ahead of its use.
public struct OrderedWork<Element: Sendable>: Sequence, Sendable {
    private let numbers: Range<Int>
    private let threads: Int
    private let ahead: Int
    private let make: @Sendable (Int) -> Element

    /// The elements of the given numbers, made by `threads` threads, of which up to `ahead` wait to be taken.
    public init(
        _ numbers: Range<Int>, threads: Int, ahead: Int, _ make: @escaping @Sendable (_ number: Int) -> Element
    ) {
        (self.numbers, self.threads, self.ahead, self.make) = (
            numbers, Swift.max(1, threads), Swift.max(1, ahead), make
        )
    }

    /// Starts the threads.
    public func makeIterator() -> Iterator {
        let queue = OrderedQueue<Element>(numbers, limit: ahead + threads - 1)
        for _ in 0..<threads {
            startThread { [make] in
                while let number = queue.nextNumber() { queue.put(make(number), number) }
            }
        }
        return Iterator(queue)
    }

    /// Takes the elements in order.
    public final class Iterator: IteratorProtocol {
        private let queue: OrderedQueue<Element>

        fileprivate init(_ queue: OrderedQueue<Element>) { self.queue = queue }

        deinit { queue.cancel() }

        /// The next element, waited for if it is not ready.
        public func next() -> Element? { queue.take() }
    }
}

/// A sequence whose elements are made ahead, on another thread, while the consumer works on the ones before.
///
/// The order is kept. The thread ends with the sequence, or as soon as the iterator is released.
public struct Prefetched<Base: Sequence & Sendable>: Sequence where Base.Element: Sendable {
    private let base: Base
    private let ahead: Int

    init(_ base: Base, ahead: Int) { (self.base, self.ahead) = (base, Swift.max(1, ahead)) }

    /// Starts the thread.
    public func makeIterator() -> OrderedWork<Base.Element>.Iterator {
        let queue = OrderedQueue<Base.Element>(0..<Int.max, limit: ahead)
        startThread { [base] in
            for element in base {
                guard let number = queue.nextNumber() else { return }
                queue.put(element, number)
            }
            queue.finish()
        }
        return OrderedWork<Base.Element>.Iterator(queue)
    }
}

extension Sequence where Self: Sendable, Element: Sendable {
    /// The same elements, of which up to `ahead` are made on another thread before they are asked for.
    public func prefetched(ahead: Int = 2) -> Prefetched<Self> { Prefetched(self, ahead: ahead) }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 1 << 21
    thread.start()
}

/// A bounded queue whose elements leave it in the order of their numbers: `Sendable` because its condition guards all state.
private final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    /// The end of the numbers.
    private var end: Int
    /// The number that is handed out next.
    private var next: Int
    /// The number that is taken next.
    private var wanted: Int
    private var elements: [Int: Element] = [:]
    private var isCancelled = false

    init(_ numbers: Range<Int>, limit: Int) {
        (next, wanted, end, self.limit) = (numbers.lowerBound, numbers.lowerBound, numbers.upperBound, limit)
    }

    /// The next number to work on, once there is room for its element; nil at the end or after ``cancel()``.
    func nextNumber() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while next < end && next >= wanted + limit && !isCancelled { condition.wait() }
        guard next < end, !isCancelled else { return nil }
        defer { next += 1 }
        return next
    }

    func put(_ element: Element, _ number: Int) { change { elements[number] = element } }

    /// The next element, waited for; nil at the end.
    func take() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while wanted < end && elements[wanted] == nil { condition.wait() }
        guard wanted < end else { return nil }
        defer { condition.broadcast() }
        wanted += 1
        return elements.removeValue(forKey: wanted - 1)
    }

    /// Ends the numbers with those handed out so far.
    func finish() { change { end = next } }

    /// Stops handing out numbers.
    func cancel() { change { isCancelled = true } }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}
