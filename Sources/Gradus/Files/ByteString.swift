import Foundation

/// A text that equals another only when both have the same UTF-8 bytes; ordered by them, which is the order of code points.
///
/// `String` holds é in one piece and e followed by an accent to be equal. File formats, published scores and file systems
/// tell them apart, so whatever counts or numbers their words has this for its key.
// Dictionaries in other modules are as fast with it as with `String` only if they see how it compares.
/// Bytes that compare as text without regard to Unicode.
@frozen public struct ByteString: Hashable, Comparable, Sendable {
    /// The text.
    public let text: String

    /// The given text.
    @inlinable public init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    @inlinable func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        text.utf8.withContiguousStorageIfAvailable(body)!
    }

    /// Whether both have the same bytes.
    @inlinable public static func == (a: ByteString, b: ByteString) -> Bool {
        a.withBytes { a in
            b.withBytes { b in a.count == b.count && (a.isEmpty || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0)
            }
        }
    }

    /// Whether the bytes of the first come before those of the second.
    @inlinable public static func < (a: ByteString, b: ByteString) -> Bool {
        a.withBytes { a in b.withBytes { b in a.lexicographicallyPrecedes(b) } }
    }

    /// Feeds the bytes to `hasher`.
    @inlinable public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No text has this byte, so that two in a row are told from others with the same bytes.
        hasher.combine(0xFF as UInt8)
    }
}

extension StringProtocol {
    /// The pieces between the ASCII characters `separator`, empty ones included.
    ///
    /// `split` does not find a blank or a slash that a combining mark follows, because both are one `Character`.
    package func pieces(between separator: Unicode.Scalar) -> [String] {
        String(self).unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }

    /// What follows `prefix`, byte by byte; `nil` when the text does not begin with it.
    package func rest(after prefix: String) -> String? {
        guard utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}

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
