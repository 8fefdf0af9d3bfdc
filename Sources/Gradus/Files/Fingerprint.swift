/// A 64-bit hash of a sequence of numbers that is the same in every process: FNV-1a (Fowler, Noll & Vo 1991).
package struct Fingerprint: Sendable {
    /// The hash of the numbers so far.
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of no numbers.
    package init() {}

    /// The hash of the given numbers.
    package init(_ numbers: some Sequence<some BinaryInteger>) { add(numbers) }

    /// Adds a number.
    package mutating func add(_ number: some BinaryInteger) {
        hash = (hash ^ UInt64(truncatingIfNeeded: number)) &* 0x100_0000_01b3
    }

    /// Adds numbers in their order.
    package mutating func add(_ numbers: some Sequence<some BinaryInteger>) {
        for number in numbers { add(number) }
    }

    /// The hash in hexadecimal digits.
    package var text: String { String(hash, radix: 16) }
}
