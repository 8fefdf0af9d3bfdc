import Foundation
import Gradus
import GradusEvaluation
import Testing

/// Softmax and its relatives, losses, norms, pools, sums, means, variances and powers over hostile inputs: levels of 10⁸,
/// infinities, NaN, denormal numbers. The values are PyTorch's in double precision; see Tests/Reference/numerics.py.
@Suite struct NumericalTable {
    @Test(arguments: numericalCases(Float.self, 4e-6) + numericalCases(Double.self, 1e-13))
    func agreesWithPyTorch(_ line: NumericalCase) throws {
        let expected = try #require(try fixtureNumbers()[line.name], "no value for \(line.name)")
        let found = line.body()
        #expect(found.count == expected.count)
        for (x, number) in zip(found, expected) {
            let y = line.type == "Float" ? Double(Float(number)) : number
            let agrees =
                x == y || (x.isNaN && y.isNaN)
                || abs(x - y) <= line.tolerance * Swift.max(abs(y), line.scale) + 0x1p-149
            #expect(agrees, "\(line): \(found), expected \(expected)")
        }
    }

    /// No value of the script is left out.
    @Test func theTableIsComplete() throws {
        #expect(try Set(numericalCases(Float.self, 0).map(\.name)) == Set(fixtureNumbers().keys))
    }
}

struct NumericalCase: CustomTestStringConvertible, CustomStringConvertible {
    let name: String
    let type: String
    /// Relative to the value, or to `scale` where that is larger.
    let tolerance: Double
    let scale: Double
    let body: @Sendable () -> [Double]
    var description: String { "\(name), \(type)" }
    var testDescription: String { description }
}

private func fixtureNumbers() throws -> [String: [Double]] {
    try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: fixture("numerics.json")))
        .mapValues { $0.map { Double($0)! } }
}

private let tiny = 0x1p-140  // denormal in single precision
private let rows: [(name: String, values: [Double])] = [
    ("ordinary", [0.5, 1, -2]), ("level 1e8", [1e8, 1e8, 1e8 - 8]), ("level -1e8", [-1e8, -1e8, -1e8 - 8]),
    ("level 1e6", [1e6, 1e6 + 1, 1e6 - 1]), ("level 1e30", [1e30, 1e30, -1e30]), ("one -inf", [0.5, 1, -.infinity]),
    ("only -inf", [-.infinity, -.infinity, -.infinity]), ("one inf", [0, .infinity, 1]),
    ("inf and -inf", [-.infinity, .infinity, 1]), ("one NaN", [1, .nan, 2]), ("denormal", [tiny, 2 * tiny, -tiny]),
    ("zeros", [0, -0.0, 0]),
]

private func numericalCases<S: DifferentiableScalar>(_ type: S.Type, _ tolerance: Double) -> [NumericalCase] {
    @Sendable func tensor(_ values: [Double]) -> Tensor<S> { Tensor(values.map { S(clamping: $0) }) }
    @Sendable func numbers(_ x: Tensor<S>) -> [Double] { x.scalars.map(\.asDouble) }
    var cases: [NumericalCase] = []
    func add(_ name: String, scale: Double = 1e-300, _ body: @escaping @Sendable () -> [Double]) {
        cases.append(NumericalCase(name: name, type: "\(S.self)", tolerance: tolerance, scale: scale, body: body))
    }
    /// The value and, under its own name, the gradient of 1, 2, −4 at the elements.
    func addBoth(
        _ name: String, _ row: [Double], scale: Double = 1e-300,
        _ function: @escaping @Sendable (Tensor<S>) -> Tensor<S>
    ) {
        add(name, scale: scale) { numbers(function(tensor(row))) }
        add(name + ", gradient", scale: Swift.max(scale, 1)) {
            let count = function(tensor(row)).count
            let upstream = tensor(Array([1, 2, -4].prefix(count)))
            let (_, gradients) = valueWithGradient(at: [tensor(row)]) { x in
                let y = function(x[0]).flattened()
                // A sum of products would multiply infinite values; the operation hands out the upstream as it is.
                return customOperation(y) { (value: $0.sum(), pullback: { _ in upstream }) }
            }
            return numbers(gradients[0])
        }
    }

    for (row, values) in rows {
        addBoth("softmax of \(row)", values) { $0.softmax() }
        addBoth("logSoftmax of \(row)", values, scale: 1) { $0.logSoftmax() }
        addBoth("logSumExp of \(row)", values) { $0.logSumExp() }
        let weights = tensor([0.5, 2, 0])
        for label in [Int32(0), 1] {
            addBoth("cross-entropy of \(row), label \(label)", values) {
                softmaxCrossEntropy($0.reshaped(to: [1, 3]), Tensor([label]))
            }
        }
        addBoth("cross-entropy of \(row), soft targets", values) {
            softmaxCrossEntropy($0.reshaped(to: [1, 3]), targets: Tensor([0.25, 0.75, 0], shape: [1, 3]))
        }
        addBoth("cross-entropy of \(row), smoothed and weighted", values) {
            softmaxCrossEntropy($0.reshaped(to: [1, 3]), Tensor([1]), smoothing: 0.3, classWeights: weights)
        }
        addBoth("divergence of \(row)", values, scale: 1) { klDivergence($0.logSoftmax(), Tensor([0.25, 0.75, 0])) }
        add("sum of \(row)") { numbers(tensor(values).sum()) }
        add("mean of \(row)") {
            numbers(tensor(values).mean())
        }
        add("amax of \(row)") { numbers(tensor(values).max()) }
        add("amin of \(row)") { numbers(tensor(values).min()) }
        add("variance of \(row)") { numbers(tensor(values).variance()) }
        add("variance of \(row), unbiased") { numbers(tensor(values).variance(correction: 1)) }
        addBoth("cumulative sum of \(row)", values) { $0.cumulativeSum() }
        add("layer norm of \(row)", scale: 1e-34) { numbers(tensor(values).rowsNormalized()) }
        addBoth("clipped \(row)", values) { $0.clipped(-0.75, 0.75) }
        addBoth("relu of \(row)", values) { $0.relu() }
        addBoth("softplus of \(row)", values) { $0.softplus() }
        if ["ordinary", "one -inf", "one inf", "one NaN", "zeros"].contains(row) {
            addBoth("exp2 of \(row)", values) { $0.exp2() }
            addBoth("expm1 of \(row)", values) { $0.expm1() }
            addBoth("log2 of \(row)", values) { $0.log2() }
            addBoth("log10 of \(row)", values) { $0.log10() }
            addBoth("tan of \(row)", values) { $0.tan() }
            addBoth("atan of \(row)", values) { $0.atan() }
            addBoth("erf of \(row)", values) { $0.erf() }
            addBoth("erfc of \(row)", values) { $0.erfc() }
            // Where PyTorch multiplies infinity by 0 there is nothing to agree with.
            if !["one -inf", "one inf"].contains(row) {
                addBoth("gelu of \(row)", values) { $0.gelu() }
                addBoth("tanhGelu of \(row)", values) { $0.tanhGelu() }
            }
        }
        let image: [Int] = [1, 1, 3, 1]
        add("average pool of \(row)") {
            numbers(averagePool(tensor(values).reshaped(to: image), kernel: Extent2D(1, 2), stride: 1))
        }
        add("max pool of \(row)") {
            numbers(maxPool(tensor(values).reshaped(to: image), kernel: Extent2D(1, 2), stride: 1))
        }
    }
    let logits: [(String, Double)] = [
        ("0.0", 0), ("100.0", 100), ("-100.0", -100), ("100000000.0", 1e8), ("-100000000.0", -1e8),
        ("inf", .infinity), ("-inf", -.infinity), ("nan", .nan),
    ]
    for (name, logit) in logits {
        for target in [0, 1, 0.5] {
            add("binary cross-entropy of \(name), target \(target)", scale: 1e-36) {
                numbers(binaryCrossEntropy(tensor([logit]), tensor([target])))
            }
        }
    }
    for level in [0.0, 1024, -1024] {
        add("batch norm at \(level)", scale: Swift.max(1, Swift.abs(level) / 8)) {
            let columns = tensor([0, 1, 1, 3, 2, 9, 3, 27].map { $0 + level }).reshaped(to: [4, 2])
            return numbers(batchNormalization(columns, weight: Tensor(ones: [2]), bias: Tensor(zeros: [2])).output)
        }
    }
    for base in [0.0, 2, -2] {
        for exponent in [0, 0.5, 1, 2, 3, -1] {
            add("power \(base) ^ \(exponent)") {
                let (y, gradients) = valueWithGradient(at: [tensor([base]), tensor([exponent])]) {
                    $0[0].power($0[1]).sum()
                }
                let (z, ofNumber) = valueWithGradient(at: [tensor([base])]) { $0[0].power(exponent).sum() }
                // The two forms agree, NaN included.
                guard numbers(z).description == numbers(y).description,
                    numbers(ofNumber[0]).description == numbers(gradients[0]).description
                else { return [] }
                return numbers(y) + gradients.flatMap(numbers)
            }
        }
    }
    return cases
}
