import CKernels

/// The words of a ``RandomGenerator`` one after another, for the standard library's own random functions.
public struct RandomWords: RandomNumberGenerator {
    private let source: RandomGenerator
    private var block: [UInt32] = []
    private var left = 0

    /// Draws from `source` in blocks.
    public init(_ source: RandomGenerator = .current) { self.source = source }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        if left < 2 {
            left = 64
            let start = source.reserve(left)
            if block.isEmpty { block = Array(repeating: 0, count: left) }
            gradus_bytes().pointee.random_words(start.seed, start.position, &block, left)
        }
        left -= 2
        return UInt64(block[left + 1]) << 32 | UInt64(block[left])
    }
}
