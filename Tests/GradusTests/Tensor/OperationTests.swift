import Gradus
import Testing

/// Values of tensor operations against literals and plain loops.
@Suite struct OperationTests {
    @Test func broadcastingAddsLikeNumPy() {
        let column = Tensor<Float>([10, 20], shape: [2, 1])
        #expect(column + Tensor([1, 2, 3]) == Tensor([[11, 12, 13], [21, 22, 23]]))
        #expect((Tensor<Float>(zeros: [2, 0, 3]) + Tensor(ones: [1, 3])).shape == [2, 0, 3])
        #expect(2 - Tensor<Float>([1, 4]) == Tensor([1, -2]))
        #expect(1 / Tensor<Float>([2, 4]) == Tensor([0.5, 0.25]))
    }

    @Test func comparisonsAndMasks() {
        let x = Tensor<Float>([1, 2, 3])
        #expect((x .> 1).scalars == [false, true, true])
        #expect((x .== 2 || x .< 2).scalars == [true, true, false])
        #expect((!(x .<= 2) && x .!= 5).trueCount == 1)
        #expect(`where`(x .>= 2, x, Tensor(0)) == Tensor([0, 2, 3]))
        #expect(x.clipped(1.5, 2.5) == Tensor([1.5, 2, 2.5]))
    }

    @Test func reductions() {
        let x = Tensor<Double>([[1, 2, 3], [4, 5, 9]])
        #expect(x.sum().item == 24)
        #expect(x.sum(axes: [0]) == Tensor([5, 7, 12]))
        #expect(x.mean(axes: [-1], keepingAxes: true) == Tensor([[2], [6]]))
        #expect(x.variance(axes: [1], correction: 1) == Tensor([1, 7]))
        #expect(x.max(axes: [0]) == Tensor([4, 5, 9]) && x.min().item == 1)
        #expect(abs(Tensor<Double>([1000, 1000]).logSumExp().item - 1000.6931471805599) < 1e-12)
        #expect(Tensor<Double>([-.infinity, -.infinity]).logSumExp().item == -.infinity)
        #expect(Tensor<Double>(zeros: [0, 3]).sum(axes: [0]) == Tensor([0, 0, 0]))
        #expect(x.cumulativeSum(axis: 0) == Tensor([[1, 2, 3], [5, 7, 12]]))
    }

    @Test func largeSumsAreExactEnough() {
        let x = Tensor<Float>(repeating: 0.1, shape: [1_000_003])
        #expect(abs(x.sum().item - 100_000.3) < 0.1)
        #expect(abs(x.reshaped(to: [1_000_003, 1]).sum(axes: [0]).item - 100_000.3) < 1)
    }

    @Test func sumsOverRowsAreThoseOfPlainLoops() {
        for (rows, width) in [(127, 1024), (128, 1024), (129, 1024), (128, 3), (300, 512)] {
            let x = Tensor<Double>(normal: [rows, width], using: RandomGenerator(seed: 4))
            let sums = x.sum(axes: [0]).scalars, values = x.scalars
            for column in 0..<width {
                let expected = (0..<rows).reduce(0) { $0 + values[$1 * width + column] }
                #expect(abs(sums[column] - expected) < 1e-11, "\(rows) rows of \(width), column \(column)")
            }
        }
    }

    @Test func orderPutsEqualsInTheirOldOrder() {
        let x = Tensor<Float>([3, 1, 3, 2])
        #expect(x.argsort().scalars == [1, 3, 0, 2])
        #expect(x.argsort(descending: true).scalars == [0, 2, 3, 1])
        #expect(x.argmax().item == 0 && x.argmin().item == 1)
        #expect(Tensor<Float>([1, .nan, 2]).argmax().item == 1)
        let (values, indices) = Tensor<Float>([[5, 9, 7], [1, 0, 3]]).topK(2)
        #expect(values == Tensor([[9, 7], [3, 1]]) && indices == Tensor([[1, 2], [2, 0]]))
    }

    @Test func shapesAndParts() {
        let x = Tensor<Int32>((0..<24).map { Int32($0) }, shape: [2, 3, 4])
        #expect(x.transposed([2, 0, 1]).element(at: 3, 1, 2) == x.element(at: 1, 2, 3))
        #expect(x.slice(axis: 2, 1..<4, step: 2).shape == [2, 3, 2])
        #expect(x[1][2].scalars == [20, 21, 22, 23])
        #expect(x.reshaped(to: [4, -1]).shape == [4, 6])
        #expect(x.flipped(axes: [0]).element(at: 0, 0, 0) == 12)
        #expect(Tensor.concatenated(x.split(lengths: [1, 2], axis: 1), axis: 1) == x)
        #expect(Tensor.stacked([x, x], axis: -1).shape == [2, 3, 4, 2])
        #expect(x.slice(axis: 0, 0..<1).padded([(0, 1), (0, 0), (0, 0)], with: 7).element(at: 1, 2, 3) == 7)
    }

    @Test func gatheringAndScattering() {
        let table = Tensor<Float>([[1, 2], [3, 4], [5, 6]])
        let rows = Tensor<Int32>([2, 0, 2])
        #expect(table.gathering(rows) == Tensor([[5, 6], [1, 2], [5, 6]]))
        #expect(table.scatterAdding(table.gathering(rows), at: rows) == Tensor([[2, 4], [3, 4], [15, 18]]))
        #expect(Tensor<Int32>([1, 0]).oneHot(3) == Tensor([[0, 1, 0], [1, 0, 0]]))
        #expect(table.takeAlong(Tensor<Int32>([[1], [0], [1]]), axis: 1) == Tensor([[2], [3], [6]]))
    }

    @Test func manyRowsAreGatheredInTheirOrder() async {
        let table = Tensor<Int32>((0..<3000).map { Int32($0) }, shape: [30, 100])
        let rows = Tensor<Int32>((0..<700).map { Int32($0 * 7 % 30) }, shape: [70, 10])
        let expected = rows.scalars.flatMap { row in (0..<100).map { row * 100 + $0 } }
        #expect(table.gathering(rows) == Tensor(expected, shape: [70, 10, 100]))

        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            gatherOutsideOfTheTable()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("OperationTests.swift:"), "\(message)")
        #expect(message.contains("gathering: index 30 is outside 0..<30"))
    }

    @Test func assigningSharesUntilOneWrites() {
        let x = Tensor<Float>([1, 2, 3, 4], shape: [2, 2])
        var y = x[1]
        y.withUnsafeMutableElements { $0[0] = 9 }
        #expect(x.scalars == [1, 2, 3, 4] && y.scalars == [9, 4])
        var z = x
        z += x[..<1].reshaped(to: [2])
        z -= Tensor([[1, 1], [1, 1]])
        #expect(x.scalars == [1, 2, 3, 4] && z.scalars == [1, 3, 3, 5])
    }

    /// A sum that is kept up over many steps must not ask for new memory at each.
    @Test func addingToATensorThatNobodySharesKeepsItsMemory() {
        var sum = Tensor<Float>(zeros: [64])
        let address = sum.withUnsafeElements { $0.baseAddress }
        for _ in 0..<3 { sum += Tensor(ones: [64]) }
        #expect(sum.withUnsafeElements { $0.baseAddress } == address && sum.mean().item == 3)
    }

    @Test func rangesMayBeOpen() {
        let x = Tensor<Int32>((0..<12).map { Int32($0) }, shape: [3, 4])
        #expect(x[1...] == x[1..<3] && x[..<2] == x[0..<2] && x[0...1] == x[0..<2])
        #expect(x.slice(axis: 1, 2...).scalars == [2, 3, 6, 7, 10, 11])
        #expect(x[3...].shape == [0, 4])
    }

    @Test func rangesThatLeaveTheAxisNameTheCaller() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            takeARangeThatLeavesTheAxis()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("OperationTests.swift:"), "\(message)")
        #expect(message.contains("is out of bounds for axis 0 of shape [3, 2]"))
    }

    @Test func integersHaveArithmetic() {
        let labels = Tensor<Int32>([3, 0, 2])
        #expect((labels * 10 + Tensor([1, 2, 3]) - 1).scalars == [30, 1, 22])
        #expect((labels.expandingShape(at: 1) - labels).shape == [3, 3])
    }

    @Test func conversionsAreClamped() {
        #expect(Tensor<UInt8>(Tensor<Float>([-5, 3.7, 300, .nan])).scalars == [0, 3, 255, 0])
        #expect(Tensor<Float>(Tensor<Int32>([1, -2])).scalars == [1, -2])
        #expect(Tensor<Double>(linearFrom: 0, to: 1, count: 3).scalars == [0, 0.5, 1])
        #expect(Tensor<Int32>(from: 1, upTo: 6, by: 2).scalars == [1, 3, 5])
        #expect(Tensor<Float>(identity: 2) == Tensor([[1, 0], [0, 1]]))
    }

    @Test func convolutionEqualsItsDefinition() {
        // Large enough to be cut into several pieces, within an image and between images.
        for (shape, filters) in [
            ([3, 9, 8, 5], [3, 2, 5, 7]), ([2, 120, 90, 6], [5, 5, 6, 4]), ([40, 14, 14, 16], [3, 3, 16, 8]),
        ] {
            let x = Tensor<Double>(normal: shape, using: RandomGenerator(seed: 1))
            let w = Tensor<Double>(normal: filters, using: RandomGenerator(seed: 2))
            let y = convolution(x, w, stride: Extent2D(2, 1), padding: .same)
            let (kh, kw, c) = (filters[0], filters[1], filters[2])
            let top = max(0, ((shape[1] + 1) / 2 - 1) * 2 + kh - shape[1]) / 2
            let left = (kw - 1) / 2
            for (n, i, j, m) in [
                (0, 0, 0, 0), (shape[0] - 1, y.shape[1] - 1, y.shape[2] - 1, filters[3] - 1), (1, 3, 2, 1),
            ] {
                var sum = 0.0
                for p in 0..<kh {
                    for q in 0..<kw {
                        let (row, column) = (i * 2 - top + p, j - left + q)
                        guard (0..<shape[1]).contains(row) && (0..<shape[2]).contains(column) else { continue }
                        for channel in 0..<c {
                            sum += x.element(at: n, row, column, channel) * w.element(at: p, q, channel, m)
                        }
                    }
                }
                #expect(abs(y.element(at: n, i, j, m) - sum) < 1e-9)
            }
        }
    }

    @Test func largeProductsEqualTheirDefinition() {
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            let a = Tensor<Double>(normal: transposeA ? [300, 400] : [400, 300], using: RandomGenerator(seed: 1))
            let b = Tensor<Double>(normal: transposeB ? [500, 300] : [300, 500], using: RandomGenerator(seed: 2))
            let c = matmul(a, transposeA: transposeA, b, transposeB: transposeB)
            for (i, j) in [(0, 0), (399, 499), (17, 333), (255, 16)] {
                let sum = (0..<300).map { k in
                    (transposeA ? a.element(at: k, i) : a.element(at: i, k))
                        * (transposeB ? b.element(at: j, k) : b.element(at: k, j))
                }.reduce(0, +)
                #expect(abs(c.element(at: i, j) - sum) < 1e-9)
            }
        }
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func gatherOutsideOfTheTable() {
    _ = Tensor<Float>(zeros: [30, 100]).gathering(Tensor((0..<700).map { Int32($0 == 650 ? 30 : 0) }))
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func takeARangeThatLeavesTheAxis() {
    _ = Tensor<Float>(zeros: [3, 2])[4...]
}
