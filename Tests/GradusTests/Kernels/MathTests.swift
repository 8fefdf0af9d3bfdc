import CKernels
import Foundation
import Gradus
import Testing

/// The functions of one number are right to a few units in the last place over their whole range, in every instruction set.
struct MathTests {
    @Test(arguments: functionBounds) func singlePrecision(_ line: FunctionBound) {
        // Every exponent and both signs alike, infinities and NaN among them, and steps where functions bend.
        let patterns = stride(from: UInt64(line.name.utf8.first!), through: 0xffff_ffff, by: 200_003)
        let inputs = patterns.map { Float(bitPattern: UInt32($0)) } + steps.map { Float($0) } + ends.map { Float($0) }
        let exact = inputs.map { line.exact(Float80($0)) }
        for (set, tables) in instructionSets {
            let results = [Float](unsafeUninitializedCapacity: inputs.count) { out, count in
                line.apply(tables.pointee.f32.pointee, out.baseAddress!, inputs)
                count = inputs.count
            }
            line.check(inputs, results, exact, set)
        }
    }

    @Test(arguments: functionBounds) func doublePrecision(_ line: FunctionBound) {
        let patterns = (0..<20_000).map { UInt64($0) &* 0x0003_46dc_5d63_8865 }
        let inputs = patterns.map { Double(bitPattern: $0) } + steps + ends
        let exact = inputs.map { line.exact(Float80($0)) }
        for (set, tables) in instructionSets {
            let results = [Double](unsafeUninitializedCapacity: inputs.count) { out, count in
                line.apply(tables.pointee.f64.pointee, out.baseAddress!, inputs)
                count = inputs.count
            }
            line.check(inputs, results, exact, set)
        }
    }

    /// Powers and angles of points, with the special cases of C's `pow` and `atan2`.
    @Test(arguments: [(GRADUS_POWER, 1.5), (GRADUS_ATAN2, 2.5)])
    func functionsOfTwoNumbers(_ function: gradus_binary, _ bound: Double) {
        let random = RandomGenerator(seed: 8)
        let special: [Double] = [
            0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, 0x1p-1030, -0x1p-1030, 1e-40, -1e-40, 0x1p24 + 1, 0x1p53,
            -0x1p53,
            1.7e308,
            -1.7e308, 3.4e38, .infinity, -.infinity, .nan,
        ]
        let pairs = special.flatMap { x in special.map { (x, $0) } }
        // Powers near the ends of the range, and bases near 1 with great exponents.
        let bases = Tensor<Double>(uniform: [20_000], from: -1, to: 1, using: random).scalars
        let targets = Tensor<Double>(uniform: [20_000], from: -1, to: 1, using: random).scalars
        let widths: [Double] = [100, 900, 20, 3]
        let ends: [Double] = [100, 720, 1]
        let drawn = zip(bases, targets).enumerated().map { i, pair -> (Double, Double) in
            let base: Double =
                i % 2 == 0 ? exp2(pair.0 * widths[i / 2 % 4]) : 1 + pair.0 * exp2(-Double(i % 40))
            return (base, pair.1 * ends[i % 3] / log(base))
        }
        let all = pairs + drawn
        let (x, y) = (all.map(\.0), all.map(\.1))
        let (narrowX, narrowY) = (x.map { Float($0) }, y.map { Float($0) })
        let exact: (Float80, Float80) -> Float80 = function == GRADUS_POWER ? { pow($0, $1) } : { atan2($0, $1) }
        let one = [1]
        for (set, tables) in instructionSets {
            var wide = x
            tables.pointee.f64.pointee.binary(function, &wide, x, y, 1, [x.count], one, one)
            var narrow = narrowX
            tables.pointee.f32.pointee.binary(function, &narrow, narrowX, narrowY, 1, [x.count], one, one)
            for i in x.indices {
                let (wideError, narrowError) = (
                    unitsInLastPlace(wide[i], exact(Float80(x[i]), Float80(y[i]))),
                    unitsInLastPlace(narrow[i], exact(Float80(narrowX[i]), Float80(narrowY[i])))
                )
                #expect(wideError <= bound, "\(function) of \(x[i]), \(y[i]) in \(set): \(wide[i])")
                #expect(narrowError <= bound, "\(function) of \(narrowX[i]), \(narrowY[i]) in \(set): \(narrow[i])")
            }
        }
    }

    /// The checker itself must see an error of one unit.
    @Test func anErrorIsSeen() {
        #expect(unitsInLastPlace(Float(1).nextUp, 1) == 1 && unitsInLastPlace(Double(2).nextDown, 2) == 0.5)
        #expect(unitsInLastPlace(Float.infinity, 1) > 1e6 && unitsInLastPlace(Float.nan, 1) > 1e6)
        #expect(unitsInLastPlace(Float(1), .nan) > 1e6 && unitsInLastPlace(-Float(0), 0) > 1e6)
        #expect(unitsInLastPlace(Float.leastNonzeroMagnitude, 0) == 1 && unitsInLastPlace(Float.nan, .nan) == 0)
    }
}

private let steps: [Double] = (-4_000...4_000).flatMap { (step: Int) -> [Double] in
    [Double(step) * 0.01, Double(step) * 0.19]
}
private let ends: [Double] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -Double.leastNonzeroMagnitude, 1e-45, -1e-45,
    3.4e38, -3.4e38, 1.7e308, -1.7e308,
    0x1p20 + 0.5, 0x1p22 + 1, -0x1p30, 1e22, 709.78, 88.72, -745, -104,
]

private var instructionSets: [(gradus_instructions, UnsafePointer<gradus_tables>)] {
    [GRADUS_ANY, GRADUS_V3, GRADUS_V4].compactMap { set in gradus_tables_of(set).map { (set, $0) } }
}

/// How far a result is from the exact value, in units in the last place of the exact one; a wrong sign of 0 is far.
private func unitsInLastPlace<Scalar: BinaryFloatingPoint>(
    _ result: Scalar, _ exact: Float80, scale: Float80 = 0
) -> Double {
    if result.isNaN || exact.isNaN { return result.isNaN && exact.isNaN ? 0 : .infinity }
    if result == 0, exact == 0, scale == 0 { return result.sign == exact.sign ? 0 : .infinity }
    // An infinite result stands for the number after the largest one.
    let greatest = Float80(Scalar.greatestFiniteMagnitude), end = greatest + Float80(Scalar.greatestFiniteMagnitude.ulp)
    let (a, b) = (max(-end, min(end, Float80(result))), max(-end, min(end, exact)))
    let size = min(greatest, max(abs(b), scale, Float80(Scalar.leastNonzeroMagnitude)))
    let digits = Scalar.significandBitCount
    let unit = max(
        Float80(sign: .plus, exponent: size.exponent - digits, significand: 1), Float80(Scalar.leastNonzeroMagnitude))
    return Double(abs(a - b) / unit)
}

/// A function or its slope, its exact values, and the largest error of a result.
struct FunctionBound: CustomTestStringConvertible, Sendable {
    let name: String
    let function: gradus_unary
    let bound: Double
    /// The same on processors without fused multiply-adds.
    let plainBound: Double
    let isSlope: Bool
    let parameter: Double
    let exact: @Sendable (Float80) -> Float80
    var testDescription: String { name }

    init(
        _ name: String, _ function: gradus_unary, _ bound: Double, plain: Double? = nil, slope isSlope: Bool = false,
        parameter: Double = 0,
        _ exact: @escaping @Sendable (Float80) -> Float80
    ) {
        (self.name, self.function, self.bound, self.isSlope) = (name, function, bound, isSlope)
        plainBound = plain ?? bound
        (self.parameter, self.exact) = (parameter, exact)
    }

    func apply(_ kernels: gradus_kernels_f32, _ out: UnsafeMutablePointer<Float>, _ x: [Float]) {
        guard isSlope else { return kernels.unary(function, out, x, parameter, x.count) }
        let ones = [Float](repeating: 1, count: x.count)
        kernels.unary_gradient(function, out, ones, x, ones, parameter, x.count)
    }

    func apply(_ kernels: gradus_kernels_f64, _ out: UnsafeMutablePointer<Double>, _ x: [Double]) {
        guard isSlope else { return kernels.unary(function, out, x, parameter, x.count) }
        let ones = [Double](repeating: 1, count: x.count)
        kernels.unary_gradient(function, out, ones, x, ones, parameter, x.count)
    }

    func check<Scalar: BinaryFloatingPoint>(
        _ inputs: [Scalar], _ results: [Scalar], _ exact: [Float80], _ set: gradus_instructions
    ) {
        var (worst, place) = (0.0, 0)
        for i in inputs.indices {
            // A slope that crosses 0 is a difference of terms of ½: there it cannot be right to its own last place.
            let crosses = isSlope && inputs[i] < 0 && inputs[i] > -2.5
            let error = unitsInLastPlace(
                results[i], exact[i], scale: crosses ? 0.5 : isSlope ? .leastNonzeroMagnitude : 0)
            if error > worst { (worst, place) = (error, i) }
        }
        #expect(
            worst <= (set == GRADUS_ANY ? plainBound : bound),
            "\(name) of \(inputs[place]) in set \(set.rawValue): \(results[place]), not \(exact[place]): \(worst) units"
        )
    }
}

private func gated(_ x: Float80, _ v: Float80) -> Float80 { x == -.infinity ? -0.0 : x / (1 + exp(-v)) }
private func tanhGeluArgument(_ x: Float80) -> Float80 { (8 / Float80.pi).squareRoot() * (x + 0.044715 * x * x * x) }
private func gatedSlope(_ x: Float80, _ v: Float80, _ growth: Float80) -> Float80 {
    if x.isInfinite { return x > 0 ? 1 : 0 }
    let (up, down) = (1 / (1 + exp(-v)), 1 / (1 + exp(v)))
    // Far from 0, where the factors are infinite and 0, the slope is that of the larger term.
    return abs(v) > 11_000 ? (x > 0 ? 1 : 0) : up + x * growth * (up * down)
}

private let functionBounds: [FunctionBound] = [
    FunctionBound("exp", GRADUS_EXP, 2) { exp($0) },
    FunctionBound("exp2", GRADUS_EXP2, 2) { exp2($0) },
    FunctionBound("expm1", GRADUS_EXPM1, 2.5) { expm1($0) },
    FunctionBound("log", GRADUS_LOG, 2) { log($0) },
    FunctionBound("log2", GRADUS_LOG2, 2) { log2($0) },
    FunctionBound("log10", GRADUS_LOG10, 2) { log10($0) },
    FunctionBound("log1p", GRADUS_LOG1P, 2) { log1p($0) },
    FunctionBound("sin", GRADUS_SIN, 2) { sin($0) },
    FunctionBound("cos", GRADUS_COS, 2) { cos($0) },
    FunctionBound("tan", GRADUS_TAN, 3) { tan($0) },
    FunctionBound("slope of sin", GRADUS_SIN, 2, slope: true) { cos($0) },
    FunctionBound("slope of cos", GRADUS_COS, 2, slope: true) { -sin($0) },
    FunctionBound("atan", GRADUS_ATAN, 2.5) { atan($0) },
    FunctionBound("tanh", GRADUS_TANH, 3) { tanh($0) },
    FunctionBound("sigmoid", GRADUS_SIGMOID, 3) { 1 / (1 + exp(-$0)) },
    FunctionBound("softplus", GRADUS_SOFTPLUS, 2.5) { max($0, 0) + log1p(exp(-abs($0))) },
    FunctionBound("erf", GRADUS_ERF, 2) { erf($0) },
    FunctionBound("erfc", GRADUS_ERFC, 4, plain: 5) { erfc($0) },
    FunctionBound("slope of erf", GRADUS_ERF, 3, slope: true) { 2 / Float80.pi.squareRoot() * exp(-$0 * $0) },
    FunctionBound("gelu", GRADUS_GELU, 4, plain: 5) {
        $0 == -.infinity ? -0.0 : $0 * 0.5 * erfc(-$0 * (0.5 as Float80).squareRoot())
    },
    FunctionBound("slope of gelu", GRADUS_GELU, 4, slope: true) { x in
        if x.isInfinite { return x > 0 ? 1 : 0 }
        return 0.5 * erfc(-x * (0.5 as Float80).squareRoot()) + x * (exp(-x * x / 2) / (2 * Float80.pi).squareRoot())
    },
    FunctionBound("tanhGelu", GRADUS_TANH_GELU, 3) { gated($0, tanhGeluArgument($0)) },
    FunctionBound("slope of tanhGelu", GRADUS_TANH_GELU, 4, plain: 5, slope: true) { x in
        gatedSlope(x, tanhGeluArgument(x), (8 / Float80.pi).squareRoot() * (1 + 3 * 0.044715 * x * x))
    },
    FunctionBound("silu", GRADUS_SILU, 3) { gated($0, $0) },
    FunctionBound("slope of silu", GRADUS_SILU, 4, slope: true) { gatedSlope($0, $0, 1) },
    FunctionBound("power 2.5", GRADUS_POWER_SCALAR, 1.5, parameter: 2.5) { pow($0, 2.5) },
    FunctionBound("power −1/4", GRADUS_POWER_SCALAR, 1.5, parameter: -0.25) { pow($0, -0.25) },
    FunctionBound("power 2", GRADUS_POWER_SCALAR, 1, parameter: 2) { $0 * $0 },
    FunctionBound("power −1", GRADUS_POWER_SCALAR, 1, parameter: -1) { 1 / $0 },
]
