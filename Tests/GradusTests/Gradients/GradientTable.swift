import Gradus
import Testing

/// Every differentiable operation against central differences in double precision.
@Suite struct GradientTable {
    @Test(arguments: functionCases + arithmeticCases + reductionCases + shapeCases)
    func operation(_ line: GradientCase) {
        #expect(gradientError(at: line.inputs, line.body) < line.tolerance)
    }

    @Test(arguments: productCases + convolutionCases + normalizationCases + lossCases)
    func layerOperation(_ line: GradientCase) {
        #expect(gradientError(at: line.inputs, line.body) < line.tolerance)
    }

    /// The checker itself must see a wrong gradient.
    @Test func aWrongGradientIsSeen() {
        let x = Tensor<Double>(normal: [4], using: RandomGenerator(seed: 1))
        let error = gradientError(at: [x]) { inputs in
            customOperation(inputs[0]) { (value: $0.squared(), pullback: { upstream in upstream }) }
        }
        #expect(error > 0.1)
    }
}

let functionCases: [GradientCase] = [
    .unary("exp") { $0.exp() },
    .positive("log", [3, 4]) { $0.log() },
    .unary("exp2") { $0.exp2() },
    .unary("expm1") { $0.expm1() },
    .positive("log2", [3, 4]) { $0.log2() },
    .positive("log10", [3, 4]) { $0.log10() },
    .positive("log1p", [3, 4]) { $0.log1p() },
    .positive("squareRoot", [3, 4]) { $0.squareRoot() },
    .unary("squared") { $0.squared() },
    .positive("reciprocal", [3, 4]) { $0.reciprocal() },
    .unary("absoluteValue") { $0.absoluteValue() },
    .unary("sin") { $0.sin() },
    .unary("cos") { $0.cos() },
    .unary("tan") { ($0 * 0.3).tan() },
    .unary("atan") { $0.atan() },
    .unary("erfc") { $0.erfc() },
    .unary("erf") { $0.erf() },
    .positive("power by a number", [3, 4]) { $0.power(2.5) },
    .unary("clipped") { $0.clipped(-0.5, 0.7) },
    .unary("negation") { -$0 },
    .unary("relu") { $0.relu() },
    .unary("relu6") { ($0 * 4 + 3).relu6() },
    .unary("leaky relu") { Activation.leakyRelu(slope: 0.2)($0) },
    .unary("elu") { Activation.elu(alpha: 1.5)($0) },
    .unary("gelu") { $0.gelu() },
    .unary("tanhGelu") { $0.tanhGelu() },
    .unary("silu") { $0.silu() },
    .unary("tanh") { $0.tanh() },
    .unary("sigmoid") { $0.sigmoid() },
    .unary("softplus") { $0.softplus() },
    .unary("softmax, last axis", [3, 5]) { $0.softmax() },
    .unary("softmax, first axis", [3, 5]) { $0.softmax(axis: 0) },
    .unary("softmax, middle axis", [2, 3, 4]) { $0.softmax(axis: 1) },
    .unary("logSoftmax, last axis", [3, 5]) { $0.logSoftmax() },
    .unary("logSoftmax, middle axis", [2, 3, 4]) { $0.logSoftmax(axis: 1) },
    .unary("dropout") { dropout($0, rate: 0.4, using: RandomGenerator(seed: 9)) },
    .unary("custom operation") { x in
        customOperation(x) { x in (value: x.exp(), pullback: { $0 * x.exp() }) }
    },
]

let arithmeticCases: [GradientCase] = [
    GradientCase("+", [3, 4], [3, 4]) { $0[0] + $0[1] },
    GradientCase("+, broadcast both ways", [3, 1, 4], [2, 1]) { $0[0] + $0[1] },
    GradientCase("−, vector from matrix", [3, 4], [4]) { $0[0] - $0[1] },
    GradientCase("−, matrix from vector", [4], [3, 4]) { $0[0] - $0[1] },
    GradientCase("×", [3, 4], [3, 4]) { $0[0] * $0[1] },
    GradientCase("×, column by row", [3, 1], [1, 4]) { $0[0] * $0[1] },
    GradientCase("×, scalar", [3, 4], []) { $0[0] * $0[1] },
    GradientCase("× itself", [3, 4]) { $0[0] * $0[0] },
    GradientCase("÷", [3, 4], [4], offset: 4) { $0[0] / $0[1] },
    GradientCase("tensor − number, number + tensor ÷ number", [3, 4]) { 3 + ($0[0] - 2).squared() / 4 },
    GradientCase("number − tensor, number ÷ tensor", [3, 4], offset: 5) { (2 - $0[0]) + (3 / $0[0]) / 7 },
    GradientCase("power", [3, 4], [4], offset: 3) { $0[0].power($0[1]) },
    GradientCase("atan2", [3, 4], [4]) { $0[0].atan2($0[1]) },
    GradientCase("maximum, broadcast", [3, 4], [4]) { maximum($0[0], $0[1]) },
    GradientCase("minimum", [3, 4], [3, 4]) { minimum($0[0], $0[1]) },
    GradientCase("where, broadcast", [3, 4], [4]) { `where`(Tensor<Double>([1, -1, 1, -1]) .> 0, $0[0], $0[1]) },
    GradientCase("+= −= *= /=", [3, 4], [3, 4], offset: 4) { inputs in
        var x = inputs[0]
        x += inputs[1]
        x *= inputs[0]
        x -= inputs[1]
        x /= inputs[1]
        return x
    },
    GradientCase("stopGradient leaves the other factor", [3], [3]) { inputs in
        // d/dx (x · stop(y)) = y; nothing reaches y, and nothing is added for it.
        inputs[0] * stopGradient(Tensor<Double>([1, 2, 3])) + inputs[1]
    },
]

let reductionCases: [GradientCase] = [
    .unary("sum, all", [2, 3, 4]) { $0.sum() },
    .unary("sum, first and last", [2, 3, 4]) { $0.sum(axes: [0, -1]) },
    .unary("sum, middle, kept", [2, 3, 4]) { $0.sum(axes: [1], keepingAxes: true) },
    .unary("mean", [2, 3, 4]) { $0.mean(axes: [1, 2]) },
    .unary("variance", [2, 3, 4]) { $0.variance(axes: [0, 2]) },
    .unary("variance, unbiased", [2, 3, 4]) { $0.variance(axes: [1], keepingAxes: true, correction: 1) },
    .unary("max", [2, 3, 4]) { $0.max(axes: [1]) },
    .unary("max, all", [2, 3, 4]) { $0.max() },
    .unary("min", [2, 3, 4]) { $0.min(axes: [0, 2], keepingAxes: true) },
    .unary("logSumExp", [2, 3, 4]) { $0.logSumExp(axes: [1]) },
    .unary("logSumExp, all", [2, 3, 4]) { $0.logSumExp() },
    .unary("cumulativeSum", [2, 3, 4]) { $0.cumulativeSum(axis: 1) },
    .unary("sorted", [3, 5]) { $0.sorted(descending: true) },
    .unary("sorted, first axis", [5, 3]) { $0.sorted(axis: 0) },
    .unary("topK", [3, 5]) { $0.topK(2).values },
]

let shapeCases: [GradientCase] = [
    .unary("reshaped", [2, 6]) { $0.reshaped(to: [3, 4]).squared() },
    .unary("transposed", [2, 3, 4]) { $0.transposed([2, 0, 1]).squared() },
    .unary("swappingAxes", [2, 3, 4]) { $0.swappingAxes(0, 2).squared() },
    .unary("slice, first axis", [5, 2]) { $0.slice(axis: 0, 1..<4) },
    .unary("slice, last axis, steps", [2, 7]) { $0.slice(axis: 1, 1..<7, step: 2) },
    .unary("slice, open range", [2, 7]) { $0.slice(axis: 1, 3...) },
    .unary("index, two axes", [3, 4, 2]) { $0[1, -1] },
    .unary("index, range and integer", [3, 4, 2]) { $0[1..., 2] },
    .unary("index, last axis", [3, 4, 2]) { $0[..., 0] },
    .unary("index, ranges of three axes", [3, 4, 5]) { $0[..<2, (-2)..., 1...3] },
    .unary("row", [4, 3]) { $0[2] * $0[1] },
    .unary("rows", [4, 3]) { $0[..<2] * $0[1...2] },
    .unary("expandingShape and squeezingShape", [3, 1]) { $0.expandingShape(at: 0).squeezingShape(at: 2).squared() },
    .unary("flipped", [2, 3, 4]) { $0.flipped(axes: [0, 2]).exp() },
    .unary("padded", [2, 3]) { $0.padded([(1, 0), (2, 1)], with: 0).squared() },
    GradientCase("concatenated", [2, 3], [2, 1]) { Tensor.concatenated([$0[0], $0[1], $0[0]], axis: 1).squared() },
    GradientCase("stacked", [2, 3], [2, 3]) { Tensor.stacked([$0[0], $0[1]], axis: 1).squared() },
    .unary("split", [4, 6]) { x in
        let parts = x.split(into: 3, axis: 1)
        return parts[0] * parts[2]
    },
    .unary("split by lengths", [5, 2]) { x in
        let parts = x.split(lengths: [2, 3])
        return parts[1].slice(axis: 0, 0..<2) * parts[0]
    },
    .unary("broadcast", [3, 1]) { $0.broadcast(to: [2, 3, 4]).squared() },
    .unary("gathering", [4, 3]) { $0.gathering(Tensor<Int32>([2, 0, 2, 3, 2])) },
    GradientCase("scatterAdding", [4, 3], [5, 3]) { inputs in
        inputs[0].scatterAdding(inputs[1], at: Tensor<Int32>([2, 0, 2, 3, 2])).squared()
    },
    .unary("takeAlong", [3, 4]) { $0.takeAlong(Tensor<Int32>([[0, 0], [3, 1], [2, 2]]), axis: 1) },
    .unary("takeAlong, first axis", [3, 2]) { $0.takeAlong(Tensor<Int32>([[2, 0]]), axis: 0) },
    .unary("imageToColumns", [2, 4, 5, 2]) { $0.imageToColumns(kernel: 3, stride: 2, padding: .same) },
    .unary("columnsToImage", [2, 4, 18]) { columns in
        columns.columnsToImage([2, 4, 4, 2], kernel: 3, padding: .valid).squared()
    },
]

let productCases: [GradientCase] = [
    GradientCase("matmul", [3, 4], [4, 5]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, A transposed", [4, 3], [4, 5]) { matmul($0[0], transposeA: true, $0[1]) },
    GradientCase("matmul, B transposed", [3, 4], [5, 4]) { matmul($0[0], $0[1], transposeB: true) },
    GradientCase("matmul, both transposed", [4, 3], [5, 4]) {
        matmul($0[0], transposeA: true, $0[1], transposeB: true)
    },
    GradientCase("matmul, batched", [2, 3, 4], [2, 4, 5]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, batched, transposed", [2, 4, 3], [2, 5, 4]) {
        matmul($0[0], transposeA: true, $0[1], transposeB: true)
    },
    GradientCase("matmul, batch by matrix", [2, 3, 4], [4, 5]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, transposed batch by transposed matrix", [2, 4, 3], [5, 4]) {
        matmul($0[0], transposeA: true, $0[1], transposeB: true)
    },
    GradientCase("matmul, matrix by batch", [3, 4], [2, 4, 5]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, broadcast batches", [2, 1, 3, 4], [3, 4, 2]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, vector by matrix", [4], [4, 5]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, matrix by vector", [3, 4], [4]) { matmul($0[0], $0[1]) },
    GradientCase("matmul, vector by vector", [4], [4]) { matmul($0[0], $0[1]) },
    GradientCase("linear", [3, 4], [4, 5], [5]) { linear($0[0], $0[1], $0[2]) },
    GradientCase("linear, leading axes, no bias", [2, 3, 4], [4, 5]) { linear($0[0], $0[1]) },
    GradientCase("linear, relu", [3, 4], [4, 5], [5]) { linear($0[0], $0[1], $0[2], activation: .relu) },
    GradientCase("linear, tanh", [3, 4], [4, 5], [5]) { linear($0[0], $0[1], $0[2], activation: .tanh) },
    GradientCase("linear, gelu", [3, 4], [4, 5], [5]) { linear($0[0], $0[1], $0[2], activation: .gelu) },
    GradientCase("linear, silu, no bias", [3, 4], [4, 5]) { linear($0[0], $0[1], activation: .silu) },
    GradientCase("linear, softplus, leading axes", [2, 3, 4], [4, 5], [5]) {
        linear($0[0], $0[1], $0[2], activation: .softplus)
    },
    GradientCase("linear, softmax", [3, 4], [4, 5], [5]) { linear($0[0], $0[1], $0[2], activation: .softmax) },
]

let convolutionCases: [GradientCase] = [
    GradientCase("convolution", [2, 5, 6, 3], [3, 3, 3, 4], [4]) { convolution($0[0], $0[1], $0[2]) },
    GradientCase("convolution, same, stride 2", [2, 5, 6, 2], [3, 3, 2, 4], [4]) {
        convolution($0[0], $0[1], $0[2], stride: 2, padding: .same)
    },
    GradientCase("convolution, uneven padding and stride", [1, 5, 4, 2], [2, 3, 2, 3]) {
        convolution($0[0], $0[1], stride: Extent2D(2, 1), padding: .explicit(top: 0, bottom: 1, left: 2, right: 1))
    },
    GradientCase("convolution, dilated", [1, 7, 7, 2], [3, 3, 2, 3]) {
        convolution($0[0], $0[1], padding: .symmetric(2), dilation: 2)
    },
    GradientCase("convolution, groups", [2, 4, 4, 4], [3, 3, 2, 6], [6]) {
        convolution($0[0], $0[1], $0[2], padding: .same, groups: 2)
    },
    GradientCase("convolution, depthwise", [1, 5, 5, 3], [3, 3, 1, 3], [3]) {
        convolution($0[0], $0[1], $0[2], padding: .same, groups: 3)
    },
    GradientCase("convolution, 1 × 1", [2, 3, 4, 5], [1, 1, 5, 3], [3]) { convolution($0[0], $0[1], $0[2]) },
    GradientCase("convolution, 1 × 1, stride 2", [2, 4, 4, 3], [1, 1, 3, 2]) {
        convolution($0[0], $0[1], stride: 2)
    },
    GradientCase("convolution, relu", [2, 4, 4, 2], [3, 3, 2, 3], [3]) {
        convolution($0[0], $0[1], $0[2], padding: .same, activation: .relu)
    },
    GradientCase("convolution, silu", [1, 4, 4, 2], [3, 3, 2, 3], [3]) {
        convolution($0[0], $0[1], $0[2], activation: .silu)
    },
    GradientCase("transposedConvolution", [2, 3, 3, 2], [3, 3, 4, 2], [4]) {
        transposedConvolution($0[0], $0[1], $0[2])
    },
    GradientCase("transposedConvolution, stride 2, same, leaky relu", [2, 3, 2, 3], [5, 5, 2, 3], [2]) {
        transposedConvolution($0[0], $0[1], $0[2], stride: 2, padding: .same, activation: .leakyRelu(slope: 0.2))
    },
    GradientCase("transposedConvolution, output padding", [1, 3, 3, 2], [3, 3, 2, 2]) {
        transposedConvolution($0[0], $0[1], stride: 2, padding: .symmetric(1), outputPadding: 1)
    },
    GradientCase("transposedConvolution, dilated", [1, 3, 3, 2], [2, 2, 2, 2]) {
        transposedConvolution($0[0], $0[1], dilation: 2)
    },
    .unary("maxPool", [2, 4, 6, 3]) { maxPool($0, kernel: 2) },
    .unary("maxPool, overlapping, padded", [2, 5, 5, 2]) {
        maxPool($0, kernel: 3, stride: 2, padding: .symmetric(1))
    },
    .unary("averagePool", [2, 4, 6, 3]) { averagePool($0, kernel: 2) },
    .unary("averagePool, overlapping, padding not counted", [2, 5, 5, 2]) {
        averagePool($0, kernel: 3, stride: 2, padding: .same)
    },
    .unary("averagePool, padding counted", [2, 5, 5, 2]) {
        averagePool($0, kernel: 3, stride: 2, padding: .symmetric(1), countPadding: true)
    },
]

let normalizationCases: [GradientCase] = [
    GradientCase("spectralNormalization", [2, 3, 2, 4]) {
        let v = Tensor<Double>(normal: [12], using: RandomGenerator(seed: 5))
        let u = Tensor<Double>(normal: [4], using: RandomGenerator(seed: 6))
        return spectralNormalization($0[0], inputs: v, outputs: u)
    },
    GradientCase("batchNormalization", [6, 3], [3], [3]) {
        batchNormalization($0[0], weight: $0[1], bias: $0[2]).output
    },
    GradientCase("batchNormalization, images", [2, 3, 4, 3], [3], [3]) {
        batchNormalization($0[0], weight: $0[1], bias: $0[2]).output
    },
    GradientCase("batchNormalization with given statistics", [6, 3], [3], [3]) {
        batchNormalization(
            $0[0], mean: Tensor([0.1, -0.2, 0.3]), variance: Tensor([0.5, 1, 2]), weight: $0[1], bias: $0[2])
    },
    .unary("rowsNormalized", [3, 5]) { $0.rowsNormalized() },
    GradientCase("layerNormalization", [2, 3, 5], [5], [5]) {
        layerNormalization($0[0], weight: $0[1], bias: $0[2])
    },
    GradientCase("layerNormalization of a sum", [2, 3, 5], [2, 3, 5], [5], [5]) {
        let (sum, normalized) = layerNormalization($0[0], adding: $0[1], weight: $0[2], bias: $0[3])
        return .concatenated([sum.flattened(), normalized.flattened()])
    },
    GradientCase("layerNormalization of a sum, the sum alone", [2, 5], [2, 5]) {
        layerNormalization($0[0], adding: $0[1], weight: Tensor(ones: [5]), bias: Tensor(zeros: [5])).sum
    },
    GradientCase("groupNormalization", [2, 3, 2, 6], [6], [6]) {
        groupNormalization($0[0], groups: 3, weight: $0[1], bias: $0[2])
    },
    .unary("localResponseNormalization", [2, 2, 2, 7]) { localResponseNormalization($0, size: 5, alpha: 0.3) },
    .unary("localResponseNormalization, sum of squares", [2, 7]) {
        localResponseNormalization($0, size: 4, alpha: 0.1, k: 2, sumsSquares: true)
    },
    .unary("localResponseNormalization, another power", [2, 7]) {
        localResponseNormalization($0, size: 3, alpha: 0.3, beta: 0.6)
    },
    .unary("localResponseNormalization within channels", [2, 4, 3, 2]) {
        localResponseNormalization(withinChannelsOf: $0, size: 3, alpha: 0.7)
    },
]

private let labels = Tensor<Int32>([3, 1, 0, 6, 2])
private let distribution = Tensor<Double>(normal: [5, 7], using: RandomGenerator(seed: 6)).softmax()

let lossCases: [GradientCase] = [
    GradientCase("linearCrossEntropy", [2, 3, 4], [4, 7]) { x in
        linearCrossEntropy(x[0], x[1], Tensor([0, 6, 2, 1, -1, 3], shape: [2, 3]), smoothing: 0.1, ignoring: -1)
    },
    GradientCase("linearCrossEntropy, transposed", [5, 4], [7, 4]) { x in
        linearCrossEntropy(x[0], x[1], transposed: true, Tensor([0, 6, 2, 1, 3])) * 3
    },
    .unary("softmaxCrossEntropy", [5, 7]) { softmaxCrossEntropy($0, labels) },
    .unary("softmaxCrossEntropy, leading axes", [1, 5, 7]) {
        softmaxCrossEntropy($0, labels.reshaped(to: [1, 5]))
    },
    .unary("softmaxCrossEntropy, one row ignored", [5, 7]) { softmaxCrossEntropy($0, labels, ignoring: 6) },
    .unary("softmaxCrossEntropy, smoothed and weighted", [5, 7]) {
        softmaxCrossEntropy($0, labels, smoothing: 0.1, classWeights: Tensor([1, 2, 0.5, 1, 1, 3, 0.7]), ignoring: 1)
    },
    .unary("softmaxCrossEntropy, target distributions", [5, 7]) { softmaxCrossEntropy($0, targets: distribution) },
    .unary("binaryCrossEntropy", [5, 7]) { binaryCrossEntropy($0, distribution, positiveWeight: 3) },
    GradientCase("adversarial, logistic", [5], [4]) {
        AdversarialLoss.logistic.discriminator(real: $0[0], fake: $0[1], target: 0.9)
            + AdversarialLoss.logistic.generator(fake: $0[1])
    },
    GradientCase("adversarial, hinge", [5], [4]) {
        AdversarialLoss.hinge.discriminator(real: $0[0], fake: $0[1]) - AdversarialLoss.hinge.generator(fake: $0[1])
    },
    GradientCase("adversarial, least squares", [5], [4]) {
        AdversarialLoss.leastSquares.discriminator(real: $0[0], fake: $0[1], target: 0.8)
            + AdversarialLoss.leastSquares.generator(fake: $0[1])
    },
    GradientCase("adversarial, Wasserstein", [5], [4]) {
        AdversarialLoss.wasserstein.discriminator(real: $0[0], fake: $0[1])
            - AdversarialLoss.wasserstein.generator(fake: 2 * $0[1])
    },
    GradientCase("binaryCrossEntropy, to the targets", [4], [4]) {
        binaryCrossEntropy($0[0], $0[1], reduction: .sum)
    },
    GradientCase("meanSquaredError", [3, 4], [3, 4]) { meanSquaredError($0[0], $0[1]) },
    GradientCase("meanAbsoluteError", [3, 4], [3, 4]) { meanAbsoluteError($0[0], $0[1]) },
    GradientCase("huberLoss", [3, 4], [3, 4]) { huberLoss($0[0], $0[1], delta: 0.8, reduction: .none) },
    .unary("hingeLoss", [6]) { hingeLoss($0, Tensor([1, -1, 1, 1, -1, -1])) },
    .unary("hingeLoss, classes", [5, 7]) { hingeLoss($0, labels: labels) },
    .unary("klDivergence", [5, 7]) { klDivergence($0.logSoftmax(), distribution) },
]
