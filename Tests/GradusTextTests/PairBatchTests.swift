import Gradus
import GradusText
import Testing

@Suite struct PairBatchTests {
    /// Pairs of many lengths; each source begins with its own number.
    private let pairs: SentencePairs = {
        var words = RandomWords(RandomGenerator(seed: 3))
        func sentence(_ first: Int) -> [Int32] {
            [Int32(first)] + (0..<Int.random(in: 0..<40, using: &words)).map { _ in Int32(9) }
        }
        return SentencePairs(source: (0..<1000).map { sentence($0 + 4) }, target: (0..<1000).map { sentence($0 + 4) })
    }()

    @Test func sentencesAreFilledUpAndMasked() {
        let pairs = SentencePairs(source: [[4, 5, 6], [7]], target: [[8], [9, 10]])
        let batch = PairBatch(pairs, [1, 0])
        #expect(batch.source == Tensor([[7, 0, 0], [4, 5, 6]]))
        #expect(batch.sourceMask == Tensor([[true, false, false], [true, true, true]]))
        #expect(batch.sourceLengths == Tensor([1, 3]))
        #expect(batch.targetInput == Tensor([[2, 9, 10], [2, 8, 0]]))
        #expect(batch.targetOutput == Tensor([[9, 10, 3], [8, 3, 0]]))
        #expect(batch.targetMask == Tensor([[true, true, true], [true, true, false]]))
        #expect((batch.targetWords, batch.sourceWords, batch.count) == (5, 4, 2))
        #expect(PaddedSentences([[], []]).words.shape == [2, 1])
    }

    @Test(arguments: [PairGrouping.pools(batches: 4), .buckets(width: 10, count: 5), .none])
    func everyPairComesOnceInAnOrderOfTheSeed(_ grouping: PairGrouping) {
        let batches = pairs.batches(of: 32, grouping: grouping, seed: 1)
        let positions = batches.map(\.positions)
        #expect(positions.flatMap { $0 }.sorted() == Array(0..<1000))
        #expect(positions.count == batches.count && positions.allSatisfy { $0.count <= 32 })
        #expect(pairs.batches(of: 32, grouping: grouping, seed: 1).map(\.positions) == positions)
        #expect(pairs.batches(of: 32, grouping: grouping, seed: 2).map(\.positions) != positions)
        #expect(pairs.batches(of: 32, grouping: grouping, seed: 1, from: 7).map(\.positions) == Array(positions[7...]))
        #expect(batches[7].positions == positions[7])
    }

    @Test func similarLengthsComeTogether() {
        func padding(_ grouping: PairGrouping) -> Double {
            let batches = pairs.batches(of: 32, grouping: grouping, seed: 1)
            let positions = batches.reduce(0) { $0 + $1.targetOutput.count }
            return Double(positions) / Double(batches.reduce(0) { $0 + $1.targetWords })
        }
        #expect(padding(.pools(batches: 100)) < 1.05)
        #expect(padding(.buckets(width: 10, count: 5)) < padding(.none) - 0.3)
    }

    @Test func aBucketHoldsOneRangeOfLengths() {
        for batch in pairs.batches(of: 32, grouping: .buckets(width: 10, count: 3), seed: 4) {
            let buckets = Set(batch.positions.map { min(3, max(pairs.source[$0].count, pairs.target[$0].count) / 10) })
            #expect(buckets.count == 1)
        }
    }

    @Test func translationBeginsWithTheLongest() {
        let batches = pairs.batchesByLength(of: 100)
        #expect(batches.flatMap(\.positions).sorted() == Array(0..<1000))
        let widths = batches.map { $0.targetOutput.shape[1] }
        #expect(widths == widths.sorted(by: >))
    }
}
