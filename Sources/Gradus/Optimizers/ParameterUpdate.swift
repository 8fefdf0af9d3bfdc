import CKernels

/// What all optimizers share: walking over the gradients, choosing each parameter's rate, and keeping slots by name.
struct ParameterUpdate {
    let learningRate: Float
    let weightDecay: Float
    let groups: [ParameterGroup]

    /// One parameter's step: `body` gets the weights, their slots and the gradient, in ranges of elements.
    struct Arguments {
        let weights: UnsafeMutablePointer<Float>
        let slots: [UnsafeMutablePointer<Float>]
        let gradient: UnsafePointer<Float>
        /// What the gradient is to be multiplied by.
        let factor: Double
        let count: Int
        let rate: Double
        let decay: Double
    }

    /// Updates every trainable parameter that has a gradient; slots begin with `initial`.
    ///
    /// Where a weight without gradient stays as it is, only the rows of a table that have one are touched.
    func callAsFunction<Model: Module>(
        _ model: Model, _ gradients: Gradients, _ state: inout OptimizerState, slots names: [String],
        initial: Float = 0,
        _ body: @Sendable (Arguments) -> Void
    ) {
        checkOwner(of: gradients, model)
        state.step += 1
        for entry in gradients.entries where entry.parameter.isTrainable {
            let group = groups.first { $0.matches(entry.name) }
            // Taken out of the state while it is changed, so that its memory is not shared and not copied.
            var slots = names.map { name in
                state.slots[name]?.removeValue(forKey: entry.name)
                    ?? Tensor(repeating: initial, shape: entry.parameter.shape)
            }
            let (rate, decay) = (learningRate * (group?.rateFactor ?? 1), group?.weightDecay ?? weightDecay)
            if case .rows(let rows) = entry.gradient.values, names.isEmpty && decay == 0 {
                apply(body, entry, rows, rate: rate)
            } else {
                apply(body, entry, &slots, rate: rate, decay: decay)
            }
            for (name, slot) in zip(names, slots) { state.slots[name, default: [:]][entry.name] = slot }
        }
    }

    private func apply(
        _ body: @Sendable (Arguments) -> Void, _ entry: Gradients.Entry, _ slots: inout [Tensor<Float>], rate: Float,
        decay: Float
    ) {
        let pointers = slots.indices.map { index in
            slots[index].withUnsafeMutableElements { $0.baseAddress! }
        }
        let (whole, factor) = wholeGradient(entry.gradient)
        let count = whole.count
        entry.parameter.stored.withUnsafeMutableElements { weights in
            whole.withUnsafeElements { gradient in
                guard !weights.isEmpty else { return }
                nonisolated(unsafe) let (weights, pointers, slopes) = (
                    weights.baseAddress!, pointers, gradient.baseAddress!
                )
                Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
                    body(
                        Arguments(
                            weights: weights + start, slots: pointers.map { $0 + start }, gradient: slopes + start,
                            factor: Double(factor), count: length, rate: Double(rate), decay: Double(decay)))
                }
            }
        }
    }

    /// A table's rows that have a gradient.
    private func apply(
        _ body: @Sendable (Arguments) -> Void, _ entry: Gradients.Entry, _ rows: RowGradient, rate: Float
    ) {
        let width = entry.parameter.shape.dropFirst().reduce(1, *)
        entry.parameter.stored.withUnsafeMutableElements { weights in
            rows.values.withUnsafeElements { gradient in
                guard !gradient.isEmpty else { return }
                nonisolated(unsafe) let (weights, slopes) = (weights.baseAddress!, gradient.baseAddress!)
                let factor = Double(entry.gradient.factor)
                Kernels.forEachRowRange(rows.indices.count, width: width) { first, count in
                    for row in first..<(first + count) {
                        body(
                            Arguments(
                                weights: weights + rows.indices[row] * width, slots: [], gradient: slopes + row * width,
                                factor: factor, count: width, rate: Double(rate), decay: 0))
                    }
                }
            }
        }
    }

    private func wholeGradient(_ gradient: ParameterGradient) -> (Tensor<Float>, factor: Float) {
        if case .dense(let whole) = gradient.values { return (whole, gradient.factor) }
        return (gradient.tensor, 1)
    }

    /// Gradients of another model would change that model without a word.
    private func checkOwner<Model: Module>(of gradients: Gradients, _ model: Model) {
        let owned = Set(model.parameters.map { ObjectIdentifier($0) })
        let foreign = gradients.entries.first { !owned.contains(ObjectIdentifier($0.parameter)) }
        check(
            foreign == nil, "update: the gradient of \"\(foreign?.name ?? "")\" belongs to a parameter of another model"
        )
    }
}
