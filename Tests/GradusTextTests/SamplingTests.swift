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
