import CKernels

/// What all optimisers share: walking over the gradients, choosing each parameter's rate, and keeping slots by name.
struct ParameterUpdate {
    let learningRate: Float
    let weightDecay: Float
    let groups: [ParameterGroup]

    /// One parameter's step: `body` gets the weights, their slots and the gradient, in ranges of elements.
    struct Arguments {
        let weights: UnsafeMutablePointer<Float>
        let slots: [UnsafeMutablePointer<Float>]
        let gradient: UnsafePointer<Float>
        let count: Int
        let rate: Double
        let decay: Double
    }

    /// Updates every trainable parameter that has a gradient; slots begin with zeros.
    func callAsFunction(
        _ gradients: Gradients, _ state: inout OptimizerState, slots names: [String], initial: Float = 0,
        _ body: (Arguments) -> Void
    ) {
        state.step += 1
        for entry in gradients.entries where entry.parameter.isTrainable {
            let group = groups.first { $0.matches(entry.name) }
            // Taken out of the state while it is changed, so that its memory is not shared and not copied.
            var slots = names.map { name in
                state.slots[name]?.removeValue(forKey: entry.name)
                    ?? Tensor(repeating: initial, shape: entry.parameter.shape)
            }
            apply(
                body, entry, &slots, rate: learningRate * (group?.rateFactor ?? 1),
                decay: group?.weightDecay ?? weightDecay)
            for (name, slot) in zip(names, slots) { state.slots[name, default: [:]][entry.name] = slot }
        }
    }

    private func apply(
        _ body: (Arguments) -> Void, _ entry: Gradients.Entry, _ slots: inout [Tensor<Float>], rate: Float, decay: Float
    ) {
        let pointers = slots.indices.map { index in
            slots[index].withUnsafeMutableElements { $0.baseAddress! }
        }
        entry.parameter.stored.withUnsafeMutableElements { weights in
            entry.gradient.withUnsafeElements { gradient in
                guard let base = weights.baseAddress, let slopes = gradient.baseAddress else { return }
                Parallel.forEachRange(weights.count, grain: Parallel.elementGrain) { start, length in
                    body(
                        Arguments(
                            weights: base + start, slots: pointers.map { $0 + start }, gradient: slopes + start,
                            count: length, rate: Double(rate), decay: Double(decay)))
                }
            }
        }
    }
}
