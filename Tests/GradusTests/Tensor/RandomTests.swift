import Gradus
import Testing

@Suite struct RandomTests {
    /// The words of block 0 under key 0, as published with the generator (Random123's known-answer tests).
    @Test func wordsAreThoseOfPhilox() {
        var words = RandomWords(RandomGenerator(seed: 0))
        // Words are taken from the end of a block of 64, two at a time.
        let all = (0..<32).flatMap { _ -> [UInt32] in
            let pair = words.next()
            return [UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair)]
        }
        #expect(Array(all.reversed().prefix(4)) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    }

    @Test func uniformAndNormalHaveTheirMoments() {
        let random = RandomGenerator(seed: 4)
        let uniform = Tensor<Double>(uniform: [200_000], from: -1, to: 3, using: random)
        #expect(abs(uniform.mean().item - 1) < 0.01 && abs(uniform.variance().item - 16.0 / 12) < 0.01)
        #expect(uniform.min().item >= -1 && uniform.max().item < 3)
        let normal = Tensor<Double>(normal: [200_000], mean: 2, deviation: 3, using: random)
        #expect(abs(normal.mean().item - 2) < 0.03 && abs(normal.variance().item - 9) < 0.15)
        #expect(abs(((normal - 2) / 3).power(4).mean().item - 3) < 0.1)
    }

    /// Of a million numbers each: moments, tails on both sides, and no bond within the pairs or to the numbers after them.
    @Test func normalNumbersAreNormal() {
        func check<Scalar: DifferentiableScalar>(_ type: Scalar.Type) {
            let n = 1_000_000
            let x = Tensor<Double>(Tensor<Scalar>(normal: [n], using: RandomGenerator(seed: 12)))
            #expect(abs(x.mean().item) < 0.004 && abs(x.variance().item - 1) < 0.006)
            #expect(abs(x.power(3).mean().item) < 0.015 && abs(x.power(4).mean().item - 3) < 0.04)
            for (limit, share) in [(1.0, 0.158655), (2.0, 0.022750), (3.0, 0.001350), (4.0, 3.167e-5)] {
                let expected = share * Double(n)
                for found in [(x .> limit).trueCount, (x .< -limit).trueCount] {
                    #expect(
                        abs(Double(found) - expected) < 5 * expected.squareRoot(), "\(type) beyond \(limit): \(found)")
                }
            }
            #expect(x.max().item > 4.5 && x.max().item < 6.8 && x.min().item < -4.5)
            for distance in 1...4 {
                let (a, b) = (x.slice(axis: 0, 0..<(n - distance)), x.slice(axis: 0, distance..<n))
                #expect(abs((a * b).mean().item) < 0.005, "\(type) at \(distance)")
                #expect(abs((a.squared() * b.squared()).mean().item - 1) < 0.02, "\(type) at \(distance)")
            }
            let pair = x.reshaped(to: [n / 2, 2]).split(into: 2, axis: 1)
            #expect(abs((pair[0] * pair[1]).mean().item) < 0.006)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test func normalNumbersOfBothTypesAgree() {
        let x = Tensor<Float>(normal: [100_000], using: RandomGenerator(seed: 2))
        let y = Tensor<Double>(normal: [100_000], using: RandomGenerator(seed: 2))
        #expect((Tensor<Double>(x) - y).absoluteValue().max().item < 2e-6)
    }

    @Test func aSavedPositionContinuesExactly() {
        let random = RandomGenerator(seed: 7)
        _ = Tensor<Float>(normal: [13], using: random)
        let saved = random.state
        let next = Tensor<Float>(uniform: [50], using: random)
        let other = RandomGenerator(seed: 0)
        other.state = saved
        #expect(Tensor<Float>(uniform: [50], using: other) == next)
    }

    /// Large tensors are filled in pieces; every piece must be the part of the stream that belongs there.
    @Test func piecesContinueOneStream() {
        for isUniform in [true, false] {
            func numbers(_ count: Int, from position: Int) -> Tensor<Float> {
                let random = RandomGenerator(seed: 9)
                random.state.position = UInt64(position)
                return isUniform ? Tensor(uniform: [count], using: random) : Tensor(normal: [count], using: random)
            }
            let whole = numbers(100_000, from: 0)
            for start in [0, 32_768, 65_536, 99_000] {
                #expect(whole.slice(axis: 0, start..<(start + 1000)) == numbers(1000, from: start))
            }
        }
        let x = Tensor<Float>(ones: [100_000])
        let y = dropout(x, rate: 0.5, using: RandomGenerator(seed: 9))
        #expect(y.slice(axis: 0, 0..<30_000) != y.slice(axis: 0, 32_768..<62_768))
    }

    @Test func permutationsHoldEveryNumberOnce() {
        let order = randomPermutation(1000, using: RandomGenerator(seed: 1))
        #expect(order.sorted() == Array(0..<1000) && order != Array(0..<1000))
        #expect(order == randomPermutation(1000, using: RandomGenerator(seed: 1)))
        #expect(randomPermutation(0) == [])
    }

    @Test func initializers() {
        let random = RandomGenerator(seed: 3)
        let q = Initializer.orthogonal()([6, 4], fanIn: 6, fanOut: 4, using: random)
        #expect((matmul(q, transposeA: true, q) - Tensor(identity: 4)).absoluteValue().max().item < 1e-5)
        let wide = Initializer.orthogonal(gain: 2)([2, 2, 7], fanIn: 4, fanOut: 7, using: random).reshaped(to: [4, 7])
        #expect((matmul(wide, wide, transposeB: true) - 4 * Tensor(identity: 4)).absoluteValue().max().item < 1e-4)
        let cut = Initializer.truncatedNormal(mean: 1, deviation: 0.5)([20_000], fanIn: 1, fanOut: 1, using: random)
        #expect((cut - 1).absoluteValue().max().item <= 1 && abs(cut.mean().item - 1) < 0.01)
        let variances: [(rule: Initializer, variance: Float)] = [
            (.heNormal, 2.0 / 100), (.heUniform, 2.0 / 100), (.glorotUniform, 2.0 / 300), (.glorotNormal, 2.0 / 300),
            (.fanInUniform, 1.0 / 300), (.normal(deviation: 0.3), 0.09), (.uniform(-1, 2), 0.75),
        ]
        for (rule, variance) in variances {
            let values = rule([100, 200], fanIn: 100, fanOut: 200, using: random)
            #expect(abs(values.variance().item / variance - 1) < 0.05, "expected a variance of \(variance)")
        }
        #expect(Initializer.constant(3)([2], fanIn: 1, fanOut: 1) == Tensor([3, 3]))
    }

    @Test func dropoutKeepsTheMean() {
        let x = Tensor<Float>(ones: [100_000])
        let y = dropout(x, rate: 0.3, using: RandomGenerator(seed: 1))
        #expect(abs(y.mean().item - 1) < 0.01)
        #expect(abs(Double((y .== 0).trueCount) / 100_000 - 0.3) < 0.01)
    }
}
