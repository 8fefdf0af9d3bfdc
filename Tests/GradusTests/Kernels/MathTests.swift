import CKernels
import Foundation
import Gradus
import Testing

/// The exponential functions are right to a few units in the last place, over their whole range.
struct MathTests {
    @Test(arguments: [
        (GRADUS_EXP, -103.0...88.7, 2.0), (GRADUS_TANH, -12.0...12.0, 3.0), (GRADUS_SIGMOID, -87.0...90.0, 2.5),
    ])
    func singlePrecisionAgreesWithDouble(_ function: gradus_unary, _ range: ClosedRange<Double>, _ limit: Double) {
        let inputs = samples(range).map { Float($0) }
        let results = applied(function, inputs, gradus_f32())
        for (x, y) in zip(inputs, results) {
            let exact = reference(function, Float80(x))
            let error =
                abs(Double(Float80(y) - exact)) / max(Double(Float(exact).ulp), Double(Float.leastNonzeroMagnitude))
            #expect(error <= limit, "\(function) of \(x): \(y)")
        }
    }

    @Test(arguments: [
        (GRADUS_EXP, -745.0...709.0, 2.0), (GRADUS_TANH, -25.0...25.0, 3.0), (GRADUS_SIGMOID, -700.0...700.0, 2.5),
    ])
    func doublePrecisionAgreesWithExtended(_ function: gradus_unary, _ range: ClosedRange<Double>, _ limit: Double) {
        let inputs = samples(range)
        let results = applied(function, inputs, gradus_f64())
        for (x, y) in zip(inputs, results) {
            let exact = reference(function, Float80(x))
            let error = abs(
                Double((Float80(y) - exact) / Float80(max(Double(exact).ulp, Double.leastNonzeroMagnitude))))
            #expect(error <= limit, "\(function) of \(x): \(y)")
        }
    }

    @Test func theEndsOfTheRange() {
        let inputs: [Float] = [.infinity, -.infinity, 100, -110, 0, -0.0, .nan]
        let exp = applied(GRADUS_EXP, inputs, gradus_f32())
        #expect(exp[0] == .infinity && exp[1] == 0 && exp[2] == .infinity && exp[3] == 0 && exp[4] == 1 && exp[5] == 1)
        let tanh = applied(GRADUS_TANH, inputs, gradus_f32())
        #expect(tanh[0] == 1 && tanh[1] == -1 && tanh[4] == 0 && tanh[5].sign == .minus)
        let sigmoid = applied(GRADUS_SIGMOID, inputs, gradus_f32())
        #expect(sigmoid[0] == 1 && sigmoid[1] == 0 && sigmoid[4] == 0.5)
        #expect(exp[6].isNaN && tanh[6].isNaN && sigmoid[6].isNaN)
    }

    /// Even steps over the range, and numbers ever closer to zero.
    private func samples(_ range: ClosedRange<Double>) -> [Double] {
        let steps = (0...20_000).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 20_000 }
        let small = (0...120).flatMap { exponent in
            [1, -1.37].map { $0 * pow(10, -Double(exponent) / 4) }
        }
        return (steps + small).filter(range.contains)
    }

    private func applied<Scalar: BitwiseCopyable>(
        _ function: gradus_unary, _ inputs: [Scalar], _ kernels: UnsafePointer<gradus_kernels>
    ) -> [Scalar] {
        Array(unsafeUninitializedCapacity: inputs.count) { buffer, count in
            inputs.withUnsafeBufferPointer {
                kernels.pointee.unary(function, buffer.baseAddress!, $0.baseAddress!, 0, inputs.count)
            }
            count = inputs.count
        }
    }

    private func reference(_ function: gradus_unary, _ x: Float80) -> Float80 {
        switch function {
        case GRADUS_EXP: exp(x)
        case GRADUS_TANH: tanh(x)
        default: 1 / (1 + exp(-x))
        }
    }
}
