import Gradus

/// Pairs of sentences as token ids, without start and end.
public struct SentencePairs: Sendable {
    /// The ids of each sentence.
    public let source: [[Int32]]
    /// The ids of their translations.
    public let target: [[Int32]]

    /// The number of pairs.
    public var count: Int { source.count }

    /// Pairs of the given sentences.
    ///
    /// - Traps: when they differ in number.
    public init(source: [[Int32]], target: [[Int32]]) {
        check(source.count == target.count, "SentencePairs: \(source.count) sentences, \(target.count) translations")
        (self.source, self.target) = (source, target)
    }

    /// The ids of the words of `pairs` in two vocabularies.
    ///
    /// - Traps: when the special words of a vocabulary are not in their positions.
    public init(_ pairs: TokenPairs, source: Vocabulary<String>, target: Vocabulary<String>) {
        check(
            source.isForTranslation && target.isForTranslation,
            "SentencePairs: \(SpecialToken.all) must come first in both vocabularies")
        self.init(source: pairs.source.map(source.sentence), target: pairs.target.map(target.sentence))
    }

    /// Some of the pairs.
    public subscript(_ chosen: some Sequence<Int>) -> SentencePairs {
        let positions = Array(chosen)
        return SentencePairs(source: positions.map { source[$0] }, target: positions.map { target[$0] })
    }
}

extension SentencePairs {
    /// The tokens of both sides.
    public var tokenCount: Int { (source + target).reduce(0) { $0 + $1.count } }

    /// Identifies the pairs.
    public var fingerprint: String {
        var fingerprint = Fingerprint()
        for sentence in source + target {
            fingerprint.add(sentence.lazy.map { UInt32(bitPattern: $0) })
            fingerprint.add(UInt32.max)
        }
        return fingerprint.text
    }
}

extension PairBatch {
    /// The pairs at the given positions.
    public init(_ pairs: SentencePairs, _ positions: [Int]) {
        self.init(
            source: positions.map { pairs.source[$0] }, target: positions.map { pairs.target[$0] }, positions: positions
        )
    }
}

/// How sentences of similar length are grouped, so that batches have little padding.
public enum PairGrouping: Equatable, Sendable {
    /// Pairs are shuffled; pools of `batches` batches are ordered by length and split; the batches are shuffled.
    case pools(batches: Int)
    /// Pairs are shuffled; each goes to the bucket `Swift.max(source, target) / width`, the last of `count` for all above, and a
    /// full bucket is a batch (tensorflow/nmt). The rest in the buckets makes smaller batches.
    case buckets(width: Int, count: Int)
    /// Pairs are shuffled and split.
    case none
}

/// The batches of one pass over some pairs, in an order that depends on the seed alone.
public struct PairBatches: Sequence, Sendable {
    private let pairs: SentencePairs
    private let batches: [[Int]]
    private var first = 0

    init(_ pairs: SentencePairs, _ size: Int, _ grouping: PairGrouping, seed: Int) {
        self.pairs = pairs
        let random = RandomGenerator(seed: UInt64(bitPattern: Int64(seed)))
        let order = randomPermutation(pairs.count, using: random)
        switch grouping {
        case .pools(let count):
            let batches = order.pieces(of: size * Swift.max(1, count)).flatMap { pool in
                pool.sorted(by: pairs.isShorter).pieces(of: size)
            }
            self.batches = randomPermutation(batches.count, using: random).map { batches[$0] }
        case .buckets(let width, let count):
            batches = bucketed(order, size, count) {
                Swift.max(pairs.source[$0].count, pairs.target[$0].count) / Swift.max(1, width)
            }
        case .none:
            batches = order.pieces(of: size)
        }
    }

    /// The number of batches of the whole pass.
    public var count: Int { batches.count }

    /// The batch of the given position.
    ///
    /// - Traps: when there is none.
    public subscript(batch: Int) -> PairBatch {
        check(batch >= 0 && batch < count, "PairBatches: batch \(batch) of \(count)")
        return PairBatch(pairs, batches[batch])
    }

    /// The same batches; iteration starts at the given one.
    public func from(_ batch: Int) -> PairBatches {
        var rest = self
        rest.first = batch
        return rest
    }

    /// The batches in order.
    public func makeIterator() -> AnyIterator<PairBatch> {
        var next = first
        return AnyIterator {
            guard next < count else { return nil }
            defer { next += 1 }
            return self[next]
        }
    }
}

extension SentencePairs {
    /// The batches of one pass, `size` pairs each; the last ones may be smaller.
    ///
    /// - Parameters:
    ///   - seed: chooses the order; different for each pass.
    ///   - first: the batch that iteration starts with, as to continue an interrupted pass.
    /// - Traps: when `size` is not positive.
    public func batches(
        of size: Int, grouping: PairGrouping = .pools(batches: 100), seed: Int, from first: Int = 0
    ) -> PairBatches {
        check(size > 0, "SentencePairs: batches of \(size) pairs")
        return PairBatches(self, size, grouping, seed: seed).from(first)
    }

    /// Batches of sentences of similar length, for translating; the longest come first, so that the peak of memory use is at
    /// the start.
    public func batchesByLength(of size: Int) -> [PairBatch] {
        let order = (0..<count).sorted { isShorter($1, $0) }
        return order.pieces(of: size).map { PairBatch(self, $0) }
    }

    /// Orders by the length of the target, then of the source, then by position.
    func isShorter(_ a: Int, _ b: Int) -> Bool {
        let (x, y) = ((target[a].count, source[a].count, a), (target[b].count, source[b].count, b))
        return x < y
    }
}

/// The batches of filled buckets.
private func bucketed(_ order: [Int], _ size: Int, _ count: Int, _ bucket: (Int) -> Int) -> [[Int]] {
    var waiting = [[Int]](repeating: [], count: Swift.max(1, count) + 1)
    var batches: [[Int]] = []
    for position in order {
        let number = min(bucket(position), Swift.max(1, count))
        waiting[number].append(position)
        if waiting[number].count == size {
            batches.append(waiting[number])
            waiting[number] = []
        }
    }
    return batches + waiting.filter { !$0.isEmpty }
}

extension Array {
    /// Pieces of `size` elements; the last may be shorter.
    func pieces(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
