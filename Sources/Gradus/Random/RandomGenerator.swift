import Synchronization

/// A source of random numbers: a stream chosen by a seed, and a position in it.
///
/// Number i of a stream is computed from the seed and i alone (Philox 4x32-10, Salmon et al. 2011), so the same seed
/// gives the same numbers whatever the number of threads, and a saved position continues a run exactly.
public final class RandomGenerator: Sendable {
    /// Where a generator stands: enough to continue it elsewhere.
    public struct State: Equatable, Sendable {
        /// The stream.
        public var seed: UInt64
        /// The number of 32-bit words used so far.
        public var position: UInt64

        /// The given place of the given stream.
        public init(seed: UInt64, position: UInt64 = 0) {
            self.seed = seed
            self.position = position
        }
    }

    private let place: Mutex<State>

    /// A generator at the beginning of the stream `seed`.
    public init(seed: UInt64) { place = Mutex(State(seed: seed)) }

    /// Where the generator stands.
    public var state: State {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }

    /// Reserves `count` words and returns where they begin; blocks of four are never shared.
    func reserve(_ count: Int) -> State {
        place.withLock { state in
            let start = state
            state.position += (UInt64(count) + 3) / 4 * 4
            return start
        }
    }
}

extension RandomGenerator {
    /// The generator that initializers and training passes draw from unless they are given another.
    public static var current: RandomGenerator { scoped ?? standard }

    private static let standard = RandomGenerator(seed: 0)
    @TaskLocal fileprivate static var scoped: RandomGenerator?
}

/// Runs `body` with a new generator of the given seed as ``RandomGenerator/current``, as to build a model.
public func withRandomSeed<R>(_ seed: UInt64, _ body: () throws -> R) rethrows -> R {
    try RandomGenerator.$scoped.withValue(RandomGenerator(seed: seed), operation: body)
}
