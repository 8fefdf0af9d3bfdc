import CKernels

/// The words of a ``RandomGenerator`` one after another, for the standard library's own random functions.
public struct RandomWords: RandomNumberGenerator {
    private let source: RandomGenerator
    private var block: [UInt32] = []

    /// Draws from `source` in blocks.
    public init(_ source: RandomGenerator = .current) { self.source = source }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        if block.count < 2 {
            let start = source.reserve(64)
            block = Array(repeating: 0, count: 64)
            gradus_bytes().pointee.random_words(start.seed, start.position, &block, 64)
        }
        return UInt64(block.removeLast()) << 32 | UInt64(block.removeLast())
    }
}
