import Gradus
import Testing

/// What cannot be stops with a message that says why, before anything is computed from it.
struct ImpossibleArgumentTests {
    private func message(_ result: ExitTest.Result?) -> String {
        result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
    }

    @Test func sizesThatNoMemoryHolds() async {
        let zeros = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [1 << 40, 1 << 40])
        }
        #expect(message(zeros).contains("a tensor of shape [1099511627776, 1099511627776] does not fit in memory"))
        let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [0, .max, 2])
        }
        #expect(message(empty).contains("a tensor of shape [0, 9223372036854775807, 2] does not fit in memory"))
        let identity = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Double>(identity: 1 << 40)
        }
        #expect(message(identity).contains("does not fit in memory"))
        let uniform = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(normal: [1 << 40, 1 << 40])
        }
        #expect(message(uniform).contains("does not fit in memory"))
        let integers = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Int32>(uniform: [2], in: 0..<(1 << 40))
        }
        #expect(message(integers).contains("the range 0..<1099511627776 exceeds that of Int32"))
        let range = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(from: 0, upTo: .infinity)
        }
        #expect(message(range).contains("the range from 0.0 to inf by 1.0 does not fit in memory"))
    }

    @Test func shapesThatGrowBeyondMemory() async {
        let broadcast = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let column = Tensor<Float>(ones: [1, 1, 1]).broadcast(to: [1 << 31, 1 << 31, 1 << 31])
            _ = column + 1
        }
        #expect(message(broadcast).contains("a result of shape"))
        let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [1 << 40, 1, 0]) + Tensor<Float>(zeros: [1, 1 << 40, 0])
        }
        #expect(message(sum).contains("+: [1099511627776, 1, 0] and [1, 1099511627776, 0] broadcast"))
        let reshaped = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [4]).reshaped(to: [1 << 40, 1 << 40])
        }
        #expect(message(reshaped).contains("reshaped: [4] has 4 elements, [1099511627776, 1099511627776] has not"))
        let padded = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [4]).padded([(.max, 1)], with: 0)
        }
        #expect(message(padded).contains("padded: shape [4] with a padding of"))
        let oneHot = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Int32>([0, 1]).oneHot(.max, as: Float.self)
        }
        #expect(message(oneHot).contains("oneHot: a tensor of shape [2, 9223372036854775807] does not fit in memory"))
        let window = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = maxPool(Tensor<Float>(zeros: [1, 4, 4, 1]), kernel: 2, padding: .symmetric(.max))
        }
        #expect(message(window).contains("maxPool: the padding must not be negative and must fit in memory"))
    }

    @Test func statisticsOfTooFewNumbers() async {
        let variance = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>([1, 2]).variance(correction: 3)
        }
        #expect(message(variance).contains("variance: a correction of 3 needs more than 3 elements"))
        let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = BatchNorm(3)(Tensor<Float>([[1, 2, 3]]), .training)
        }
        #expect(message(batch).contains("the variance of one value per channel is undefined, got [1, 3]"))
    }

    @Test func windowsThatDoNotFitAreNamedWhole() async {
        let dilated = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = convolution(
                Tensor<Float>(zeros: [1, 5, 5, 1]), Tensor(zeros: [3, 3, 1, 1]), padding: .symmetric(1), dilation: 4)
        }
        #expect(
            message(dilated).contains(
                "convolution: a window of 3 × 3 (9 × 9 with its dilation of 4 × 4) does not fit into 5 × 5 (7 × 7 with its padding)"
            ))
        let pooled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = averagePool(Tensor<Float>(zeros: [1, 5, 6, 1]), kernel: 2, padding: .symmetric(2))
        }
        #expect(message(pooled).contains("with a padding of 2 rows above and 2 columns before the image"))
        #expect(message(pooled).contains("lie outside its 5 × 6"))
        let same = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = transposedConvolution(
                Tensor<Float>(zeros: [1, 4, 4, 1]), Tensor(zeros: [3, 3, 1, 1]), stride: 2, padding: .same,
                outputPadding: 1)
        }
        #expect(message(same).contains("with .same padding the output is the input times the stride"))
    }
}
