import Gradus
import Testing

/// Ranges that keep their ends, true quotients, and long sums; one after another, since the longest hold 0.8 GiB.
@Suite(.serialized) struct RoundingTests {
    // MARK: Half-open ranges

    @Test func uniformNumbersNeverReachTheEnd() {
        // Between 1000 and 1001 Float has 2¹⁴ numbers, so that one fraction in 2¹⁵ would round up to the end.
        let wide = Tensor<Float>(uniform: [1 << 20], from: 1000, to: 1001, using: RandomGenerator(seed: 1))
        #expect(wide.max().item < 1001 && wide.min().item >= 1000)
        let narrow = 1 + 0x1p-40
        let fine = Tensor<Double>(uniform: [1 << 16], from: 1, to: narrow, using: RandomGenerator(seed: 2))
        #expect(fine.max().item < narrow && fine.min().item >= 1)
        // An end that Float does not have: its nearest number lies above.
        let short = Tensor<Float>(uniform: [1 << 20], from: 0, to: 0.1, using: RandomGenerator(seed: 3))
        #expect(Double(short.max().item) < 0.1)
        #expect(Tensor<Float>(uniform: [3], from: 2, to: 2) == Tensor([2, 2, 2]))
    }

    @Test func equalDistancesHitBothEnds() {
        for n in 1...200 {
            for count in [2, 7, 50] {
                let line = Tensor<Double>(linearFrom: 0.1, to: 0.3 * Double(n), count: count)
                #expect(line.scalars.first == 0.1 && line.scalars.last == 0.3 * Double(n))
                let back = Tensor<Float>(linearFrom: 0.3 * Double(n), to: -0.1, count: count)
                #expect(back.scalars.last == Float(-0.1))
            }
        }
        #expect(Tensor<Double>(linearFrom: -1e308, to: 1e308, count: 3).scalars == [-1e308, 0, 1e308])
        #expect(Tensor<Float>(linearFrom: 4, to: 5, count: 1) == Tensor([4]))
    }

    @Test func rangesStayBelowTheirEnd() {
        #expect(Tensor<Double>(from: 1, upTo: 1.3, by: 0.1).count == 3)
        #expect(Tensor<Double>(from: 1.3, upTo: 1, by: -0.1).scalars.allSatisfy { $0 > 1 })
        for n in 1...300 {
            for step in [0.1, 0.3, 0.7] {
                let end = step * Double(n)
                let range = Tensor<Double>(from: 0, upTo: end, by: step)
                #expect(range.scalars.allSatisfy { $0 < end } && abs(range.count - n) <= 1)
                #expect(Tensor<Float>(from: 0, upTo: end, by: step).scalars.allSatisfy { Double($0) < end })
            }
        }
        // 16,777,217 is not a Float; the nearest would be the end.
        #expect(Tensor<Float>(from: 16_777_215, upTo: 16_777_216.5).scalars == [16_777_215, 16_777_216])
        #expect(Tensor<Int32>(from: 0, upTo: 2.5) == Tensor([0, 1, 2]))
        #expect(Tensor<Float>(from: 2, upTo: 1).count == 0)
    }

    // MARK: Division

    @Test func quotientsByNumbersAreRoundedOnce() {
        for n in 1...1000 {
            let x = Float(n)
            #expect((Tensor<Float>([x, 1, 7]) / x).scalars == [1, 1 / x, 7 / x])
            #expect((x / Tensor<Float>([x, 3])).scalars == [1, x / 3])
            #expect((Tensor<Double>([Double(n), 3]) / Double(n)).scalars == [1, 3 / Double(n)])
            #expect(Tensor<Float>(ones: [n]).mean().item == 1)
            #expect(Tensor<Float>(ones: [n, 2]).mean(axes: [0]) == Tensor([1, 1]))
            #expect(Tensor<Float>(ones: [n, 17]).mean(axes: [0]) == Tensor(ones: [17]))
        }
        let tiny: Float = 0x1p-140
        #expect((Tensor<Float>([tiny, 0]) / tiny).scalars == [1, 0])
        #expect((Tensor<Float>([3e38]) / 3e38).item == 1 && (3e38 / Tensor<Float>([3e38])).item == 1)
        for side in 1...40 {
            let ones = Tensor<Float>(ones: [1, side, side, 3])
            #expect(averagePool(ones, kernel: Extent2D(side)) == Tensor(ones: [1, 1, 1, 3]))
        }
        let slopes = valueWithGradient(at: Tensor<Float>([7, 49])) { (($0 / 49) + (3 / $0)).sum() }.gradient
        #expect(abs(slopes.scalars[0] - (1.0 / 49 - 3.0 / 49)) < 1e-8)
        #expect(abs(slopes.scalars[1] - (1.0 / 49 - 3.0 / 2401)) < 1e-8)
    }

    // MARK: Long sums

    @Test func runningSumsOfManyNumbers() {
        let n = 100_000_000
        let sums = Tensor<Float>(ones: [n]).cumulativeSum()
        sums.withUnsafeElements { #expect($0[n - 1] == 1e8 && $0[20_000_001] == 20_000_002) }
        Memory.trim()
    }

    @Test func manyOnesHaveTheMeanOne() {
        let n = 100_000_000
        let ones = Tensor<Float>(ones: [n])
        #expect(ones.sum().item == 1e8 && ones.mean().item == 1)
        #expect(ones.reshaped(to: [n / 2, 2]).sum(axes: [0]) == Tensor([5e7, 5e7]))
        #expect(ones.reshaped(to: [n / 20, 20]).mean(axes: [0]) == Tensor(ones: [20]))
        // A length that Float does not have.
        #expect(ones[..<33_554_435].mean().item == 1)
        Memory.trim()
    }

    /// `Σ 0.1` in every direction, against the product in Double.
    @Test(arguments: [1, 2, 3, 10, 16, 17, 100]) func tenthsDownColumns(_ columns: Int) {
        let rows = 10_000_000 / columns
        let x = Tensor<Float>(repeating: 0.1, shape: [rows, columns])
        let exact = Double(rows) * Double(Float(0.1))
        #expect(relativeError(x.sum(axes: [0]), exact) < 2e-6)
        #expect(relativeError(x.sum(), exact * Double(columns)) < 2e-6)
        #expect(relativeError(x.cumulativeSum(axis: 0)[(rows - 1)...], exact) < 1e-7)
        #expect(relativeError(x.mean(axes: [0]), Double(Float(0.1))) < 2e-6)
        #expect(x.variance(axes: [0]).max().item < 1e-12)
    }

    @Test(arguments: [1, 3, 16]) func tenthsInALargePool(_ channels: Int) {
        let side = channels == 1 ? 3000 : 700
        let x = Tensor<Float>(repeating: 0.1, shape: [1, side, side, channels])
        #expect(relativeError(averagePool(x, kernel: Extent2D(side)), Double(Float(0.1))) < 2e-6)
        #expect(relativeError(x.mean(axes: [1, 2]), Double(Float(0.1))) < 2e-6)
    }

    /// A bias gradient is a sum over all rows; so are a scale's and a shift's.
    @Test(arguments: [1, 16]) func gradientsOverManyRows(_ units: Int) {
        let rows = 2_000_000
        let x = Tensor<Float>(repeating: 0.5, shape: [rows, 1])
        let inputs: [Tensor<Float>] = [Tensor(ones: [1, units]), Tensor(zeros: [units])]
        let (loss, gradients) = valueWithGradient(at: inputs) { (linear(x, $0[0], $0[1]) * 0.1).sum() }
        let exact = Double(rows) * Double(Float(0.1))
        #expect(relativeError(gradients[1], exact) < 2e-6)
        #expect(relativeError(loss, exact * Double(units) / 2) < 2e-6)
        // A matrix product adds in single precision, block by block.
        #expect(relativeError(gradients[0], exact / 2) < 1e-4)
    }

    @Test func aDepthwiseFiltersGradientOverManyPixels() {
        let x = Tensor<Float>(repeating: 0.5, shape: [4, 700, 700, 2])
        let w = Tensor<Float>(ones: [1, 1, 1, 2])
        let (_, gradient) = valueWithGradient(at: w) { (convolution(x, $0, groups: 2) * 0.1).sum() }
        #expect(relativeError(gradient, Double(x.count) / 2 * Double(Float(0.1)) / 2) < 1e-5)
    }

    private func relativeError(_ x: Tensor<Float>, _ exact: Double) -> Double {
        x.scalars.map { abs(Double($0) - exact) / exact }.max()!
    }
}
