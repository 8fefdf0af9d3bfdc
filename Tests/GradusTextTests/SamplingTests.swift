import Foundation
import Gradus
import GradusText
import Testing

@Suite struct SamplingTests {
    private let logits: [Float] = [1, 3, 2, -1, 0]

    private func distribution(
        temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, excluding excluded: [Int32] = []
    ) -> [Float] {
        let sampler = Sampler(
            temperature: temperature, topK: topK, topP: topP, excluding: excluded, using: RandomGenerator(seed: 1))
        return logits.withUnsafeBufferPointer { sampler.distribution($0) }
    }

    @Test func temperatureDividesTheScores() {
        for temperature in [Float(0.1), 0.5, 1, 2, 100] {
            let expected = (Tensor(logits) / temperature).softmax().scalars
            for (mine, theirs) in zip(distribution(temperature: temperature), expected) {
                #expect(abs(mine - theirs) < 1e-6)
            }
        }
        // The smallest temperatures neither overflow nor end in NaN.
        #expect(distribution(temperature: .leastNonzeroMagnitude) == [0, 1, 0, 0, 0])
    }

    @Test func onlyTheLikeliestStay() {
        #expect(distribution(topK: 2).map { $0 > 0 } == [false, true, true, false, false])
        #expect(distribution(topK: 9) == distribution(topK: 5))
        // softmax: 0.086, 0.636, 0.234, 0.012, 0.032
        #expect(distribution(topP: 0.6).map { $0 > 0 } == [false, true, false, false, false])
        #expect(distribution(topP: 0.8).map { $0 > 0 } == [false, true, true, false, false])
        #expect(distribution(topP: 0.9).map { $0 > 0 } == [true, true, true, false, false])
        #expect(distribution(topP: 1e-9).map { $0 > 0 } == [false, true, false, false, false])
        // topP counts within what topK left: 0.636 of 0.870 is 73 %.
        #expect(distribution(topK: 2, topP: 0.72).map { $0 > 0 } == [false, true, false, false, false])
        for rule in [distribution(topK: 3), distribution(topP: 0.9)] { #expect(abs(rule.reduce(0, +) - 1) < 1e-6) }
    }

    @Test func excludedTokensNeverCome() {
        let others = Tensor<Float>([1, 2, -1, 0]).softmax().scalars
        let found = distribution(excluding: [1])
        #expect(found[1] == 0 && zip([0, 2, 3, 4], others).allSatisfy { abs(found[$0] - $1) < 1e-6 })
        #expect(distribution(topK: 1, excluding: [1]) == [0, 0, 1, 0, 0])
        #expect(distribution(temperature: .leastNonzeroMagnitude, excluding: [1, 2]) == [1, 0, 0, 0, 0])
        // However unlikely the others are, and in every way of drawing.
        let scores: [Float] = [-1000, 1000, -1001]
        for (topK, topP) in [(nil, nil), (3, nil), (nil, 1)] as [(Int?, Float?)] {
            let sampler = Sampler(topK: topK, topP: topP, excluding: [1], using: RandomGenerator(seed: 3))
            let draws = scores.withUnsafeBufferPointer { scores in Set((0..<200).map { _ in sampler.draw(scores) }) }
            #expect(draws == [0, 2])
        }
    }

    @Test func drawsFollowTheDistribution() {
        for (topK, topP) in [(nil, nil), (3, nil), (nil, Float(0.9))] as [(Int?, Float?)] {
            let sampler = Sampler(temperature: 1.5, topK: topK, topP: topP, using: RandomGenerator(seed: 2))
            var counts = [Int](repeating: 0, count: 5)
            logits.withUnsafeBufferPointer { for _ in 0..<20_000 { counts[Int(sampler.draw($0))] += 1 } }
            let expected = distribution(temperature: 1.5, topK: topK, topP: topP)
            for (count, p) in zip(counts, expected) { #expect(abs(Float(count) / 20_000 - p) < 0.015) }
        }
    }

    @Test func theSameSeedDrawsTheSame() {
        let draws = [1, 1, 2].map { seed -> [Int32] in
            let sampler = Sampler(using: RandomGenerator(seed: UInt64(seed)))
            return logits.withUnsafeBufferPointer { scores in (0..<50).map { _ in sampler.draw(scores) } }
        }
        #expect(draws[0] == draws[1] && draws[0] != draws[2])
    }
}

/// On a source small enough to try every sequence.
@Suite struct BeamSearchTests {
    /// What follows a token, with its probability; 0 ends a sequence.
    private let next: [[Float]] = [
        [1, 0, 0, 0], [0.05, 0.5, 0.4, 0.05], [0.1, 0.1, 0.1, 0.7], [0.9, 0.04, 0.03, 0.03],
    ]

    private func search(
        width: Int, length: Int, penalty: Float = 0, excluding excluded: [Int32] = []
    ) -> [Beam<Int32>] {
        beamSearch(
            from: Int32(1), next[1].map { log($0) }, width: width, length: length, lengthPenalty: penalty,
            excluding: excluded, ends: { $0 == 0 }
        ) { _, token in (token, next[Int(token)].map { log($0) }) }
    }

    /// Every sequence of at most `length` tokens, by its probability.
    private func all(_ length: Int) -> [(tokens: [Int32], logProbability: Float)] {
        var found: [(tokens: [Int32], logProbability: Float)] = []
        var open: [(tokens: [Int32], logProbability: Float)] = [([], 0)]
        for _ in 0..<length {
            open = open.flatMap { beam in
                (0..<4).map {
                    (beam.tokens + [Int32($0)], beam.logProbability + log(next[Int(beam.tokens.last ?? 1)][$0]))
                }
            }
            found += open.filter { $0.tokens.last == 0 }
            open = open.filter { $0.tokens.last != 0 }
        }
        return (found + open).sorted { $0.logProbability > $1.logProbability }
    }

    @Test func aWideSearchFindsTheBestOfAll() {
        let best = all(4)[0]
        let found = search(width: 64, length: 4)
        #expect(found[0].tokens == best.tokens && abs(found[0].logProbability - best.logProbability) < 1e-5)
        #expect(found[0].tokens == [2, 3, 0] && found[0].isFinished)
        for beam in found { #expect(beam.tokens.last == 0 || beam.tokens.count == 4) }
    }

    @Test func excludedTokensAreInNoSequence() {
        #expect(search(width: 64, length: 4).contains { $0.tokens.contains(2) })
        let found = search(width: 64, length: 4, excluding: [2])
        #expect(!found.isEmpty && !found.contains { $0.tokens.contains(2) })
        #expect(search(width: 1, length: 3, excluding: [1])[0].tokens == [2, 3, 0])
    }

    @Test func aWidthOfOneTakesTheLikeliestEachTime() {
        #expect(search(width: 1, length: 3)[0].tokens == [1, 1, 1])
    }

    @Test func aLengthPenaltyPrefersLongerSequences() {
        let lengths = [Float(0), 2].map { search(width: 64, length: 6, penalty: $0)[0].tokens.count }
        #expect(lengths[0] == 3 && lengths[1] > 3)
    }
}
