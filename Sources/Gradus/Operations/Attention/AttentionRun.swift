import CKernels

/// A call of ``attention(_:_:_:heads:scale:keyMask:mask:bias:isCausal:dropout:using:sources:)``: its arguments, and
/// the choice among its implementations.
///
/// | implementation | used for | reason |
/// | --- | --- | --- |
/// | in blocks (`FusedAttention.swift`) | contexts only, with eight or more queries and 256 or more pairs | no weights in memory, register tiles |
/// | row by row (`AttentionWithWeights.swift`) | weights, additive scores, fewer pairs | each key is read once, nothing is packed |
/// | composed of products and a softmax | weights with a mask, bias or dropout; gradients of gradients | every part has a gradient |
struct AttentionRun<Scalar: DifferentiableScalar> {
    /// Queries, keys and values, or all three concatenated in one tensor, `[N, T, 3 · heads · D]`; with their history.
    private(set) var parts: [Tensor<Scalar>]
    /// The keys of each source; a cache may have room for more.
    let keyCount: Int
    let heads: Int
    let scale: Scalar
    private(set) var vector: Tensor<Scalar>?
    let keyMask: Tensor<Bool>?
    let mask: Tensor<Bool>?
    private(set) var bias: Tensor<Scalar>?
    let isCausal: Bool
    /// A query of a causal call sees keys up to its own index plus this.
    var causalOffset = 0
    let sources: Tensor<Int32>?
    /// The share of weights that dropout keeps, and the random words that select them.
    private(set) var kept = 1.0
    private(set) var draws = RandomGenerator.State(seed: 0)

    init(
        _ parts: [Tensor<Scalar>], keyCount: Int? = nil, heads: Int, scale: Scalar, vector: Tensor<Scalar>? = nil,
        keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil, bias: Tensor<Scalar>? = nil, isCausal: Bool = false,
        sources: Tensor<Int32>? = nil
    ) {
        let (queries, keys, values) = (parts[0], parts.count == 1 ? parts[0] : parts[1], parts[parts.count - 1])
        check(
            queries.rank == 3 && keys.rank == 3 && values.rank == 3
                && Array(keys.shape[..<2]) == Array(values.shape[..<2])
                && queries.shape[2] == keys.shape[2],
            "attention: expected [N, Q, D], [M, K, D] and [M, K, E], got \(queries.shape), \(keys.shape) and "
                + "\(values.shape)")
        check(
            heads > 0 && keys.shape[2] % heads == 0 && values.shape[2] % heads == 0,
            "attention: the features of \(keys.shape) and \(values.shape) are not divisible by \(heads) heads")
        check(
            vector == nil || (heads == 1 && vector!.shape == [keys.shape[2]]),
            "attention: additive scores require one head and a vector [\(keys.shape[2])], got \(heads) and "
                + "\(vector?.shape ?? [])")
        let keyCount = keyCount ?? keys.shape[1]
        check(
            keyMask == nil || keyMask!.shape == [keys.shape[0], keyCount],
            "attention: expected a mask of keys [M, K] = [\(keys.shape[0]), \(keyCount)], got \(keyMask?.shape ?? [])")
        let scores = [queries.shape[0], heads, queries.shape[1], keyCount]
        for (name, shape) in [("mask", mask?.shape), ("bias", bias?.shape)] {
            guard let shape else { continue }
            check(
                shape.count <= 4 && zip(leftPadded(shape, 4), scores).allSatisfy { $0 == 1 || $0 == $1 },
                "attention: a \(name) \(shape) does not broadcast to [N, heads, Q, K] = \(scores)")
        }
        let positions = sources.map { $0.withUnsafeElements(Array.init) }
        check(
            positions.map { $0.count == queries.shape[0] && $0.allSatisfy { $0 >= 0 && $0 < Int32(keys.shape[0]) } }
                ?? (queries.shape[0] == keys.shape[0]),
            "attention: each of \(queries.shape[0]) batch elements needs one of \(keys.shape[0]) sources")
        (self.parts, self.keyCount, self.heads, self.scale, self.vector) = (parts, keyCount, heads, scale, vector)
        (self.keyMask, self.mask, self.bias, self.isCausal, self.sources) = (keyMask, mask, bias, isCausal, sources)
        parts.lazy.compactMap(\.storage.trace).first?.note(
            multiplyAdds: batch * queryCount * keyCount * heads * (d + e))
    }

    /// The same with dropout of the weights.
    func dropping(_ rate: Double, using random: RandomGenerator) -> AttentionRun {
        check(rate >= 0 && rate < 1, "attention: the rate of dropout must be in 0..<1, got \(rate)")
        if rate == 0 { return self }
        // As the kernels draw them: 64 words for a block of queries, one vector lane each, by as many keys as the
        // words suffice for.
        let lanes = 128 / MemoryLayout<Scalar>.stride
        let blocks = (queryCount + lanes - 1) / lanes * ((keyCount * lanes + 63) / 64)
        var run = self
        (run.kept, run.draws) = (1 - rate, random.reserve(batch * heads * blocks * 64))
        return run
    }

    /// The values that a backward pass saves.
    func detached() -> AttentionRun {
        var run = self
        (run.parts, run.vector, run.bias) = (parts.map { $0.detached() }, vector?.detached(), bias?.detached())
        return run
    }

    /// The contexts alone.
    func context() -> Tensor<Scalar> {
        if vector == nil && (parts.count == 1 || !isPlain || (queryCount >= 8 && queryCount * keyCount >= 256)) {
            return fusedContext()
        }
        return contextAndWeights().context
    }

    /// Contexts and weights.
    func contextAndWeights() -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
        if isPlain { return contextAndWeightsOfRows() }
        let results = composed(inputs)
        return (results[0], results[1])
    }

    /// Whether only the key mask and causality hide keys.
    private var isPlain: Bool { mask == nil && bias == nil && kept == 1 }

    var batch: Int { parts[0].shape[0] }
    var queryCount: Int { parts[0].shape[1] }
    var sourceCount: Int { parts.count == 1 ? batch : parts[1].shape[0] }
    /// Features per head.
    var d: Int { parts[0].shape[2] / heads / (parts.count == 1 ? 3 : 1) }
    /// Features per head of the values.
    var e: Int { parts.count == 1 ? d : parts[2].shape[2] / heads }
    /// The differentiable inputs.
    var inputs: [Tensor<Scalar>] { parts + [bias, vector].compactMap { $0 } }

    /// Calls `body` with the arguments of the kernels.
    func withSizes(_ body: (UnsafePointer<gradus_attention>) -> Void) {
        let width = heads * d
        let steps = parts.count == 1 ? [3 * width, 3 * width, 3 * width] : parts.map { $0.shape[2] }
        let rows = parts.count == 1 ? [queryCount, queryCount, queryCount] : parts.map { $0.shape[1] }
        let (maskSteps, biasSteps) = (mask.map { scoreSteps(of: $0.shape) }, bias.map { scoreSteps(of: $0.shape) })
        let none = (0, 0, 0, 0)
        withExtendedLifetime((keyMask?.storage, mask?.storage, bias?.storage, sources?.storage, vector?.storage)) {
            var sizes = gradus_attention(
                queries: queryCount, keys: keyCount, heads: heads, features: d, value_features: e, query_step: steps[0],
                key_step: steps[1], value_step: steps[2], query_batch: rows[0] * steps[0],
                key_batch: rows[1] * steps[1],
                value_batch: rows[2] * steps[2], scale: scale.asDouble, is_causal: isCausal ? 1 : 0,
                offset: causalOffset,
                mask: keyMask.map { UnsafeRawPointer($0.pointer).assumingMemoryBound(to: UInt8.self) },
                sources: sources?.pointer,
                pair_mask: mask.map { UnsafeRawPointer($0.pointer).assumingMemoryBound(to: UInt8.self) },
                pair_mask_steps: maskSteps ?? none, bias: bias.map { UnsafeRawPointer($0.pointer) },
                bias_steps: biasSteps ?? none,
                keep: kept, seed: draws.seed, first_word: draws.position)
            withUnsafePointer(to: &sizes, body)
        }
    }

    /// Elements from one batch element, head, query and key to the next in a tensor that broadcasts to the scores.
    func scoreSteps(of shape: [Int]) -> (Int, Int, Int, Int) {
        let steps = broadcastStrides(leftPadded(shape, 4))
        return (steps[0], steps[1], steps[2], steps[3])
    }

    /// The same by matrix products and a softmax: context and weights from the inputs.
    func composed(_ inputs: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
        let parts = parts.count == 1 ? inputs[0].split(into: 3, axis: 2) : Array(inputs[..<3])
        let (n, q, k) = (batch, queryCount, keyCount)
        func inHeads(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).swappingAxes(1, 2)
        }
        func source(_ x: Tensor<Scalar>) -> Tensor<Scalar> { inHeads(sources.map { x.gathering($0) } ?? x) }
        let (queries, keys, values) = (inHeads(parts[0]), source(parts[1]), source(parts[2]))
        var scores: Tensor<Scalar>
        if vector != nil {
            scores = matmul(
                (queries.expandingShape(at: 3) + keys.expandingShape(at: 2)).tanh(), inputs[inputs.count - 1])
        } else {
            scores = dotScores(queries, keys, scale: scale)
        }
        if bias != nil { scores = scores + inputs[self.parts.count] }
        // A masked key has no weight; without visible keys all weights of a query are 0.
        var allowed = mask ?? Tensor<Bool>(Array(repeating: true, count: k), shape: [k])
        if let keyMask {
            allowed = allowed && (sources.map { keyMask.gathering($0) } ?? keyMask).reshaped(to: [n, 1, 1, k])
        }
        if isCausal {
            let order = (0..<(q * k)).map { $0 % max(1, k) <= $0 / max(1, k) + causalOffset }
            allowed = allowed && Tensor(order, shape: [q, k])
        }
        scores = `where`(allowed, scores, Tensor(-.infinity))
        let top = scores.detached().max(axes: [-1], keepingAxes: true)
        let powers = `where`(allowed, (scores - `where`(top .> -.infinity, top, Tensor(0))).exp(), Tensor(0))
        let total = powers.sum(axes: [-1], keepingAxes: true)
        let weights = powers / `where`(total.detached() .> 0, total, Tensor(1))
        let used = kept < 1 ? weights * dropoutFactors() : weights
        let context = weightedMean(values, used, allowed).swappingAxes(1, 2).reshaped(to: [n, q, heads * e])
        return [context, weights]
    }

    /// The dropout factors of the weights, `[N, heads, Q, K]`.
    private func dropoutFactors() -> Tensor<Scalar> {
        .computed([batch, heads, queryCount, keyCount]) { out in
            withSizes { sizes in
                nonisolated(unsafe) let (out, sizes) = (out, sizes)
                let each = heads * queryCount * keyCount
                Parallel.forEachRange(batch, grain: max(1, Parallel.elementGrain / max(1, each))) { first, count in
                    Scalar.kernels.pointee.attention_dropout_factors(out, sizes, first, count)
                }
            }
        }
    }
}
