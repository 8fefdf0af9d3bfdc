import Gradus

/// Random numbers.
let randomKernels: [Kernel] = [
    Kernel("random uniform") { n in { _ = Tensor<Float>(uniform: [n]) } },
    Kernel("random normal") { n in { _ = Tensor<Float>(normal: [n]) } },
    Kernel("random integers") { n in { _ = Tensor<Int32>(uniform: [n], in: 0..<1000) } },
    Kernel("random bernoulli") { n in { _ = Tensor<Float>(uniform: [n]) .< 0.3 } },
    Kernel("random permutation") { n in { _ = randomPermutation(n) } },
    Kernel("dropout") { n in
        let x = rows(n)
        return { _ = dropout(x, rate: 0.3) }
    },
    Kernel("dropout, gradient") { n in
        let (x, upstream) = (rows(n), rows(n))
        return { _ = valueWithGradient(at: x) { gradientOnly(dropout($0, rate: 0.3), upstream) } }
    },
]

/// Attention of one text to itself, 8 heads of 64 features, by the number of its places.
let attentionKernels: [Kernel] = [false, true].flatMap { isCausal in
    let name = isCausal ? "causal attention" : "attention"
    @Sendable func inputs(_ n: Int) -> Tensor<Float> { Tensor(normal: [1, n, 512]) }
    @Sendable func attend(_ q: Tensor<Float>, _ k: Tensor<Float>, _ v: Tensor<Float>) -> Tensor<Float> {
        attention(q, k, v, heads: 8, scale: 0.125, isCausal: isCausal)
    }
    return [
        Kernel(name, sizes: [128, 512, 1024, 2048, 4096]) { n in
            let (q, k, v) = (inputs(n), inputs(n), inputs(n))
            return { _ = attend(q, k, v) }
        },
        Kernel("\(name), gradient", sizes: [128, 512, 1024, 2048, 4096]) { n in
            let inputs = AttentionInputs(query: inputs(n), key: inputs(n), value: inputs(n))
            let upstream = Tensor<Float>(normal: [1, n, 512])
            return {
                _ = valueWithGradient(at: inputs) {
                    gradientOnly(attend(inputs.query.value, inputs.key.value, inputs.value.value), upstream)
                }
            }
        },
    ]
}

/// Queries, keys and values that gradients are asked for.
struct AttentionInputs: Module {
    let query: Parameter
    let key: Parameter
    let value: Parameter

    init(query: Tensor<Float>, key: Tensor<Float>, value: Tensor<Float>) {
        (self.query, self.key, self.value) = (Parameter(query), Parameter(key), Parameter(value))
    }
}
