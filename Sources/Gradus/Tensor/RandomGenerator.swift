import CKernels
import Synchronization

/// A source of random numbers: a stream, selected by a seed, and a position in it.
///
/// Number i of a stream depends on the seed and i only (Philox 4x32-10, Salmon et al. 2011). The same seed therefore
/// gives the same numbers for any number of threads, and a saved position resumes a run exactly.
public final class RandomGenerator: Sendable {
    /// The state of a generator, which is enough to resume it.
    public struct State: Equatable, Sendable {
        /// The stream.
        public var seed: UInt64
        /// The number of 32-bit words used so far.
        public var position: UInt64

        /// The given position of the given stream.
        public init(seed: UInt64, position: UInt64 = 0) {
            self.seed = seed
            self.position = position
        }
    }

    private let current: Mutex<State>

    /// A generator at the start of the stream `seed`.
    public init(seed: UInt64) { current = Mutex(State(seed: seed)) }

    /// The seed and the position.
    public var state: State {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// Reserves `count` words and returns the position of the first; blocks of four are never shared.
    func reserve(_ count: Int) -> State {
        current.withLock { state in
            let start = state
            state.position += (UInt64(count) + 3) / 4 * 4
            return start
        }
    }
}

extension RandomGenerator {
    /// The default generator of initializers and training passes.
    public static var current: RandomGenerator { scoped ?? standard }

    private static let standard = RandomGenerator(seed: 0)
    @TaskLocal static var scoped: RandomGenerator?
}

/// Runs `body` with a new generator of the given seed as ``RandomGenerator/current``, for example to create a model.
public func withRandomSeed<R>(_ seed: UInt64, _ body: () throws -> R) rethrows -> R {
    try RandomGenerator.$scoped.withValue(RandomGenerator(seed: seed), operation: body)
}

/// The words of a ``RandomGenerator`` as a generator for the standard library's random functions.
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
