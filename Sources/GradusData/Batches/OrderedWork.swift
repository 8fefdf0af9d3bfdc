import Foundation

/// Elements that several threads make, each from its number alone, ahead of their use, and handed out in the order of their numbers.
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
        let shelf = Shelf<Element>(numbers, limit: ahead + threads - 1)
        for _ in 0..<threads {
            let thread = Thread { [make] in
                while let number = shelf.nextNumber() { shelf.put(make(number), number) }
            }
            thread.stackSize = 1 << 21
            thread.start()
        }
        return Iterator(shelf)
    }

    /// Takes the elements in order.
    public final class Iterator: IteratorProtocol {
        private let shelf: Shelf<Element>

        fileprivate init(_ shelf: Shelf<Element>) { self.shelf = shelf }

        deinit { shelf.cancel() }

        /// The next element, waited for if it is not ready.
        public func next() -> Element? { shelf.take() }
    }
}

/// Where threads get their numbers and put what they have made: `Sendable` because all of it is guarded by its condition.
private final class Shelf<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let end: Int
    private let limit: Int
    /// The number that is handed out next.
    private var next: Int
    /// The number that is taken next.
    private var wanted: Int
    private var elements: [Int: Element] = [:]
    private var isCancelled = false

    init(_ numbers: Range<Int>, limit: Int) {
        (next, wanted, end, self.limit) = (numbers.lowerBound, numbers.lowerBound, numbers.upperBound, limit)
    }

    /// The next number to work on; nil when there is none, or nobody wants it any more.
    func nextNumber() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while next < end && next >= wanted + limit && !isCancelled { condition.wait() }
        guard next < end, !isCancelled else { return nil }
        defer { next += 1 }
        return next
    }

    func put(_ element: Element, _ number: Int) {
        condition.lock()
        elements[number] = element
        condition.broadcast()
        condition.unlock()
    }

    func take() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        guard wanted < end else { return nil }
        while elements[wanted] == nil { condition.wait() }
        defer { condition.broadcast() }
        wanted += 1
        return elements.removeValue(forKey: wanted - 1)
    }

    func cancel() {
        condition.lock()
        isCancelled = true
        condition.broadcast()
        condition.unlock()
    }
}
