import CKernels
import Gradus
import Testing

/// Attention in blocks agrees with products and a softmax, forward and backward, whatever hides keys from queries.
struct AttentionTests {
    @Test func onTheProcessorsBestInstructions() { #expect(wrongAttention() == nil) }

    @Test func onVersion3() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_V3)
            if let wrong = wrongAttention() { fatalError(wrong) }
        }
    }

    @Test func onAnyProcessor() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_ANY)
            if let wrong = wrongAttention() { fatalError(wrong) }
        }
    }

    @Test(arguments: [Float.nan, .infinity]) func whatIsHiddenDoesNotCount(_ bad: Float) {
        let random = RandomGenerator(seed: 3)
        let (q, k, v) = (
            Tensor<Float>(normal: [2, 16, 4], using: random), Tensor<Float>(normal: [2, 17, 4], using: random),
            Tensor<Float>(normal: [2, 17, 6], using: random)
        )
        let isLast = Tensor<Bool>((0..<17).map { $0 == 16 }, shape: [17, 1])
        let (badK, badV) = (`where`(isLast, Tensor(bad), k), `where`(isLast, Tensor(bad), v))
        let earlier = !isLast.reshaped(to: [1, 17])
        let forms: [(Tensor<Float>, Tensor<Float>) -> Tensor<Float>] = [
            { attention(q, $0, $1, keyMask: lengthMask([16, 16], steps: 17)) },
            { attention(q, $0, $1, mask: earlier) },
            { attention(q, $0, $1, isCausal: true) },
            { attention(q, $0, $1, bias: `where`(earlier, Tensor(0), Tensor(-.infinity))) },
        ]
        for (number, form) in forms.enumerated() {
            func run(_ k: Tensor<Float>, _ v: Tensor<Float>) -> [Tensor<Float>] {
                let (value, gradients) = valueWithGradient(at: [k, v]) { form($0[0], $0[1]).squared().sum() }
                return [value] + gradients
            }
            for (a, b) in zip(run(k, v), run(badK, badV)) {
                #expect((a - b).absoluteValue().max().item < 1e-5, "form \(number)")
            }
        }
        // What a query may see, it sees.
        let queries = Tensor<Float>(normal: [2, 17, 4], using: random)
        let seen = attention(queries, k, badV, isCausal: true)
        #expect(seen[0..., 0..<16].isFinite && !seen[0..., 16..<17].isFinite)
        // And a gradient goes to what its query has seen.
        let isFirst = Tensor<Bool>((0..<17).map { $0 == 0 }, shape: [17, 1])
        let (_, gradients) = valueWithGradient(at: [k, v]) { x in
            (attention(queries, x[0], x[1], isCausal: true) * `where`(isFirst, Tensor(bad), Tensor(1))).sum()
        }
        for gradient in gradients {
            #expect(!gradient[0..., 0..<1].isFinite && gradient[0..., 1..<17].isFinite)
        }
    }

    @Test func droppedWeightsAreZeroOrLarger() {
        let random = RandomGenerator(seed: 1)
        let (q, k) = (
            Tensor<Float>(normal: [2, 40, 12], using: random), Tensor<Float>(normal: [2, 50, 12], using: random)
        )
        // With these values a context is a row of weights.
        let v = Tensor.concatenated([Tensor<Float>(identity: 50), Tensor<Float>(identity: 50)], axis: 1)
            .broadcast(to: [2, 50, 100])
        func dropped(_ seed: UInt64) -> Tensor<Float> {
            attention(q, k, v, heads: 2, dropout: 0.25, using: RandomGenerator(seed: seed))
        }
        let whole = attention(q, k, v, heads: 2)
        let once = dropped(1)
        let zeros = once.scalars.filter { $0 == 0 }.count
        #expect(abs(Double(zeros) / Double(once.count) - 0.25) < 0.02)
        let kept = `where`(once .== 0, Tensor(0), whole / 0.75)
        #expect((once - kept).absoluteValue().max().item < 1e-6)
        #expect(once == dropped(1) && once != dropped(2))
        var mean = Tensor<Float>(zeros: whole.shape)
        for seed in 0..<400 { mean = mean + dropped(UInt64(seed)) / 400 }
        #expect((mean - whole).absoluteValue().mean().item < 0.03 * whole.mean().item)
        // The composed form makes the same choice.
        let composed = attentionWithWeights(q, k, v, heads: 2, dropout: 0.25, using: RandomGenerator(seed: 1)).context
        #expect((once - composed).absoluteValue().max().item < 1e-6)
    }

    @Test func memoryGrowsWithTheNumberOfPlaces() async {
        await #expect(processExitsWith: .success) {
            for (places, most) in [(2048, 16 << 20), (4096, 32 << 20)] {
                let x = Tensor<Float>(normal: [1, places, 64], using: RandomGenerator(seed: 1))
                _ = valueWithGradient(at: [x]) { x in
                    attention(x[0], x[0], x[0], heads: 2, isCausal: true, dropout: 0.1).squared().mean()
                }
                // All weights of both heads would be 32 and 128 MiB.
                let peak = gradus_peak_bytes_in_use()
                guard peak < most else { fatalError("\(peak) bytes for \(places) places") }
            }
        }
    }
}

private struct Hiding {
    var heads = 1
    var keyMask: Tensor<Bool>?
    var mask: Tensor<Bool>?
    var bias: Tensor<Double>?
    var isCausal = false
    var sources: Tensor<Int32>?
}

/// The first case in which contexts or gradients differ from those of products and a softmax; `nil` when all agree.
private func wrongAttention() -> String? {
    let random = RandomGenerator(seed: 9)
    func some(_ shape: [Int]) -> Tensor<Bool> { Tensor<Double>(uniform: shape, using: random) .< 0.7 }
    for (n, q, k, d, e) in [
        (2, 9, 9, 3, 5), (1, 33, 130, 17, 20), (2, 131, 115, 32, 8), (1, 70, 300, 64, 64), (3, 8, 1, 1, 1),
    ] {
        let noPlace = Tensor<Bool>((0..<(n * k)).map { $0 / k != n - 1 }, shape: [n, k])
        let cases: [(String, Hiding)] = [
            ("everything", Hiding(heads: 2)), ("causal", Hiding(heads: 2, isCausal: true)),
            ("some keys", Hiding(heads: 2, keyMask: some([n, k]))), ("no keys", Hiding(keyMask: noPlace)),
            ("mask of pairs", Hiding(heads: 2, mask: some([q, k]))),
            ("mask of a head", Hiding(heads: 2, mask: some([2, q, 1]), isCausal: true)),
            ("bias", Hiding(heads: 2, bias: Tensor(normal: [2, q, k], using: random))),
            (
                "bias of keys",
                Hiding(heads: 2, mask: some([n, 1, q, k]), bias: Tensor(normal: [n, 1, 1, k], using: random))
            ),
            (
                "all",
                Hiding(
                    heads: 3, keyMask: some([n, k]), mask: some([n, 3, q, k]),
                    bias: Tensor(normal: [1, 3, q, 1], using: random),
                    isCausal: true)
            ),
            ("one source", Hiding(heads: 2, sources: Tensor((0..<n).map { _ in Int32(n - 1) }))),
        ]
        for (name, hiding) in cases {
            let sources = n
            let inputs = [[n, q, hiding.heads * d], [sources, k, hiding.heads * d], [sources, k, hiding.heads * e]].map
            {
                Tensor<Double>(normal: $0, using: random)
            }
            let upstream = Tensor<Double>(normal: [n, q, hiding.heads * e], using: random)
            let expected = results(inputs + [hiding.bias].compactMap { $0 }, upstream) { plain($0, hiding) }
            let double = results(inputs + [hiding.bias].compactMap { $0 }, upstream) { fused($0, hiding) }
            let single = results(
                (inputs + [hiding.bias].compactMap { $0 }).map { Tensor<Float>($0) }, Tensor<Float>(upstream)
            ) { fused($0, hiding) }
            for (index, right) in expected.enumerated() {
                let size = max(1, right.absoluteValue().max().item)
                let errors = [double[index], Tensor<Double>(single[index])].map {
                    ($0 - right).absoluteValue().max().item / size
                }
                if !(errors[0] < 1e-12 && errors[1] < 2e-5) {
                    return "\(name), \((n, q, k, d, e)), result \(index): \(errors)"
                }
            }
        }
    }
    return nil
}

private func results<Scalar: DifferentiableScalar>(
    _ inputs: [Tensor<Scalar>], _ upstream: Tensor<Scalar>, _ body: ([Tensor<Scalar>]) -> Tensor<Scalar>
) -> [Tensor<Scalar>] {
    let value = body(inputs)
    return [value] + valueWithGradient(at: inputs) { (body($0) * upstream).sum() }.gradients
}

private func fused<Scalar: DifferentiableScalar>(_ x: [Tensor<Scalar>], _ h: Hiding) -> Tensor<Scalar> {
    attention(
        x[0], x[1], x[2], heads: h.heads, scale: 0.4, keyMask: h.keyMask, mask: h.mask, bias: x.count > 3 ? x[3] : nil,
        isCausal: h.isCausal, sources: h.sources)
}

private func plain(_ x: [Tensor<Double>], _ h: Hiding) -> Tensor<Double> {
    func inHeads(_ x: Tensor<Double>) -> Tensor<Double> {
        x.reshaped(to: [x.shape[0], x.shape[1], h.heads, x.shape[2] / h.heads]).swappingAxes(1, 2)
    }
    let (q, k) = (x[0].shape[1], x[1].shape[1])
    let parts = [x[0]] + x[1...2].map { part in h.sources.map { part.gathering($0) } ?? part }
    var scores = matmul(inHeads(parts[0]), inHeads(parts[1]), transposeB: true) * 0.4
    if x.count > 3 { scores = scores + x[3] }
    var allowed = h.mask ?? Tensor<Bool>([true], shape: [1, 1])
    if let keyMask = h.keyMask { allowed = allowed && keyMask.reshaped(to: [keyMask.shape[0], 1, 1, k]) }
    if h.isCausal { allowed = allowed && Tensor((0..<(q * k)).map { $0 % k <= $0 / k }, shape: [q, k]) }
    return attend(scores, inHeads(parts[2]), mask: allowed).context.swappingAxes(1, 2)
        .reshaped(to: [x[0].shape[0], q, x[2].shape[2]])
}
