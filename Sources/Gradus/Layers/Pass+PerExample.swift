extension Pass {
    /// Runs `body` for each example of a batch, on one thread from the first layer to the last, and joins the results.
    ///
    /// What lies between the layers then stays in a core's caches, and threads meet once a batch instead of once a layer. A
    /// batch of fewer than 8, and a pass that trains or is watched, runs as a whole. The choice depends on the sizes only.
    ///
    /// - Parameters:
    ///   - batch: `[N, …]`.
    ///   - body: maps `[n, …]` to `[n, …]`, each example by itself; it is called on several threads at once.
    package func perExample(_ batch: Tensor<Float>, _ body: (Tensor<Float>) -> Tensor<Float>) -> Tensor<Float> {
        guard !isTraining && observer == nil && !batch.isAbstract && batch.rank > 0 && batch.shape[0] >= 8 else {
            return body(batch)
        }
        let count = batch.shape[0]
        // Threads would record operations in an order of chance, and that is the order in which gradients are added up.
        if DifferentiationCall.current != nil {
            return .concatenated((0..<count).map { body(batch.slice(axis: 0, $0..<($0 + 1))) })
        }
        var results = [Tensor<Float>?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            withoutActuallyEscaping(body) { body in
                // In such a pass a model is only read.
                nonisolated(unsafe) let (body, results) = (body, results)
                let context = TaskContext()
                Parallel.forEach(count) { index in
                    context.run { results[index] = body(batch.slice(axis: 0, index..<(index + 1))) }
                }
            }
        }
        return Tensor.concatenated(results.map { $0! })
    }
}
