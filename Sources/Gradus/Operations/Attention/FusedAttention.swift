import CKernels

/// Attention in blocks, without weights in memory: see `templates/fused_attention.inc`.
extension AttentionRun {
    /// Queries of one head that justify a separate piece of work: keys and values are packed for each piece.
    private static var leastQueries: Int { 256 }

    func fusedContext() -> Tensor<Scalar> {
        let statistics = Tensor<Scalar>.uninitialized([batch, heads, queryCount, 2], like: parts[0])
        let context = Tensor<Scalar>.computed([batch, queryCount, heads * e], inputs) { out, inputs in
            nonisolated(unsafe) let (out, from) = (out, positions(inputs))
            let pieces = self.pieces(wanted: 16 / max(1, batch * heads))
            let work = batch * heads * queryCount * keyCount * (d + e)
            let grain = max(1, (1 << 19) * batch * heads * pieces / max(1, work))
            withSizes { sizes in
                nonisolated(unsafe) let sizes = sizes
                Parallel.forEachRange(batch * heads * pieces, grain: grain) { first, count in
                    for index in first..<(first + count) {
                        let (row, range) = (index / pieces, self.queries(of: index % pieces, pieces))
                        Scalar.kernels.pointee.fused_attention(
                            out, statistics.destination, from.0, from.1, from.2, sizes, row / heads, row % heads,
                            range.lowerBound, range.count)
                    }
                }
            }
        }
        let saved = detached()
        return record([context], from: inputs, operation: "attention") { upstream, pass in
            let gradients =
                pass.createsGraph
                ? pass.gradients(at: saved.inputs, upstream, composedOf: saved.composed)
                : saved.fusedGradients(upstream[0]!, context, statistics, pass)
            return gradients.map { $0.map(Contribution.tensor) }
        }[0]
    }

    private func fusedGradients(
        _ upstream: Tensor<Scalar>, _ context: Tensor<Scalar>, _ statistics: Tensor<Scalar>,
        _ pass: BackwardPass<Scalar>
    ) -> [Tensor<Scalar>?] {
        let wantsBias = bias != nil && pass.wants(parts.count)
        let tasks = self.tasks(wantsBias: wantsBias)
        let sharesBias = wantsBias && scoreSteps(of: bias!.shape).2 == 0
        let pieces = sharesBias ? 1 : self.pieces(wanted: 8 / max(1, tasks.count))
        // Each piece of queries adds to separate gradients, which are summed in order.
        let gradients = parts.enumerated().map { index, part in
            pass.wants(index) ? Tensor<Scalar>(zeros: [pieces] + part.shape) : nil
        }
        let biasGradient = wantsBias ? Tensor<Scalar>(zeros: bias!.shape) : nil
        withExtendedLifetime((inputs, upstream.storage, context.storage, statistics.storage, gradients, biasGradient)) {
            nonisolated(unsafe) let (to, from) = (gradientPositions(gradients), positions(inputs.map(\.pointer)))
            let counts = parts.count == 1 ? Array(repeating: parts[0].count, count: 3) : parts.map(\.count)
            withSizes { sizes in
                nonisolated(unsafe) let sizes = sizes
                Parallel.forEach(tasks.count * pieces) { index in
                    let (piece, range) = (index % pieces, self.queries(of: index % pieces, pieces))
                    for (n, head) in tasks[index / pieces] {
                        Scalar.kernels.pointee.fused_attention_gradient(
                            to.0.map { $0 + piece * counts[0] }, to.1.map { $0 + piece * counts[1] },
                            to.2.map { $0 + piece * counts[2] },
                            biasGradient?.destination, upstream.pointer, context.pointer, statistics.pointer, from.0,
                            from.1,
                            from.2, sizes, n, head, range.lowerBound, range.count)
                    }
                }
            }
        }
        let sums = gradients.enumerated().map { index, gradient in
            gradient.map { pieces == 1 ? $0.reshaped(to: parts[index].shape) : $0.sum(axes: [0]) }
        }
        return sums + (bias == nil ? [] : [biasGradient])
    }

    /// Batch elements and heads that add to the same gradients are processed in order by one task, so that sums do not
    /// depend on threads.
    private func tasks(wantsBias: Bool) -> [[(n: Int, head: Int)]] {
        let steps = wantsBias ? self.scoreSteps(of: bias!.shape) : (1, 1, 1, 1)
        var elements = (0..<batch).map { [$0] }
        if steps.0 == 0 && batch > 1 {
            elements = [Array(0..<batch)]
        } else if let sources {
            elements = Array(repeating: [], count: sourceCount)
            for (n, source) in sources.scalars.enumerated() { elements[Int(source)].append(n) }
            elements.removeAll(where: \.isEmpty)
        }
        let heads = steps.1 == 0 ? [Array(0..<heads)] : (0..<heads).map { [$0] }
        return elements.flatMap { elements in
            heads.map { heads in elements.flatMap { n in heads.map { (n, $0) } } }
        }
    }

    /// The number of pieces that the queries are divided into, which depends on the sizes only.
    private func pieces(wanted: Int) -> Int {
        max(1, min(wanted, queryCount / Self.leastQueries))
    }

    /// The queries of a piece; all pieces but the last consist of full vectors.
    private func queries(of piece: Int, _ pieces: Int) -> Range<Int> {
        let length = ((queryCount + pieces - 1) / pieces + 63) / 64 * 64
        return min(queryCount, piece * length)..<min(queryCount, (piece + 1) * length)
    }

    private func positions(
        _ inputs: [UnsafePointer<Scalar>]
    ) -> (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>) {
        if parts.count > 1 { return (inputs[0], inputs[1], inputs[2]) }
        return (inputs[0], inputs[0] + heads * d, inputs[0] + 2 * heads * d)
    }

    private func gradientPositions(
        _ gradients: [Tensor<Scalar>?]
    ) -> (UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>?) {
        if parts.count > 1 { return (gradients[0]?.destination, gradients[1]?.destination, gradients[2]?.destination) }
        let joined = gradients[0]?.destination
        return (joined, joined.map { $0 + heads * d }, joined.map { $0 + 2 * heads * d })
    }
}
