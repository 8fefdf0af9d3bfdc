import Gradus
import Testing

/// The product of one row with a matrix, as decoders use it.
@Suite struct VectorLinearTests {
    @Test(arguments: [false, true], [false, true])
    func agreesWithMatmul(_ isTransposed: Bool, _ hasBias: Bool) {
        let random = RandomGenerator(seed: 3)
        let weight = Tensor<Float>(normal: [5, 3], using: random)
        let bias = hasBias ? Tensor<Float>(normal: [3], using: random) : nil
        let x = Tensor<Float>(normal: [5], using: random)
        let linear = VectorLinear(isTransposed ? weight.transposed() : weight, bias, isTransposed: isTransposed)
        #expect(linear.inputs == 5 && linear.outputs == 3)
        let added = bias ?? Tensor(zeros: [3])

        var y = [Float](repeating: .nan, count: 3)
        y.withUnsafeMutableBufferPointer { y in x.withUnsafeElements { linear($0, into: y) } }
        #expect(isNear(y, matmul(x, weight) + added))

        y = [1, 2, 3]
        y.withUnsafeMutableBufferPointer { y in x.withUnsafeElements { linear($0, into: y, adding: true) } }
        #expect(isNear(y, matmul(x, weight) + Tensor([1, 2, 3])))

        y.withUnsafeMutableBufferPointer { linear(row: 2, into: $0) }
        #expect(isNear(y, weight[2] + added))
    }

    @Test func wrongLengthsEndTheProgram() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            multiplyIntoTooLittle()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("VectorLinear: expected 5 inputs and 3 outputs, got 5 and 2"), "\(message)")
    }

    private func isNear(_ y: [Float], _ expected: Tensor<Float>) -> Bool {
        zip(y, expected.scalars).allSatisfy { abs($0 - $1) < 1e-5 }
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func multiplyIntoTooLittle() {
    let linear = VectorLinear(Tensor<Float>(ones: [5, 3]), nil)
    var y: [Float] = [0, 0]
    y.withUnsafeMutableBufferPointer { y in Tensor<Float>(ones: [5]).withUnsafeElements { linear($0, into: y) } }
}
