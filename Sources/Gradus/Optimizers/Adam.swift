/// Adam: `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `w ← w − η m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)` and
/// `v̂ = v / (1 − β₂ᵗ)` (Kingma & Ba 2014). Weight decay λ adds `λ w` to the gradient; see ``AdamW`` for decoupled decay.
public final class Adam: Optimizer {
    /// The step size.
    public var learningRate: Float
    /// The decay β₁ of the mean gradient.
    public let beta1: Float
    /// The decay β₂ of the mean square.
    public let beta2: Float
    /// ε
    public let epsilon: Float
    /// λ
    public let weightDecay: Float
    /// Rates and decay of some parameters; the first matching group applies.
    public let groups: [ParameterGroup]
    /// The step count and the moving averages.
    public var state = OptimizerState()

    /// An optimizer with the given constants.
    public init(
        learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
        weightDecay: Float = 0, groups: [ParameterGroup] = []
    ) {
        (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
        (self.weightDecay, self.groups) = (weightDecay, groups)
    }

    /// Changes the parameters along the gradients.
    public func update<Model: Module>(_ model: Model, along gradients: Gradients) {
        let moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: false)
        moments.update(
            model, gradients, &state,
            ParameterUpdate(learningRate: learningRate, weightDecay: weightDecay, groups: groups))
    }
}

/// Adam whose weight decay shrinks the weights directly, `w ← (1 − η λ) w`, instead of passing through the moments
/// (Loshchilov & Hutter 2017).
public final class AdamW: Optimizer {
    /// The step size.
    public var learningRate: Float
    /// The decay β₁ of the mean gradient.
    public let beta1: Float
    /// The decay β₂ of the mean square.
    public let beta2: Float
    /// ε
    public let epsilon: Float
    /// λ
    public let weightDecay: Float
    /// Rates and decay of some parameters; the first matching group applies.
    public let groups: [ParameterGroup]
    /// The step count and the moving averages.
    public var state = OptimizerState()

    /// An optimizer with the given constants.
    public init(
        learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
        weightDecay: Float = 1e-2, groups: [ParameterGroup] = []
    ) {
        (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
        (self.weightDecay, self.groups) = (weightDecay, groups)
    }

    /// Changes the parameters along the gradients.
    public func update<Model: Module>(_ model: Model, along gradients: Gradients) {
        let moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: true)
        moments.update(
            model, gradients, &state,
            ParameterUpdate(learningRate: learningRate, weightDecay: weightDecay, groups: groups))
    }
}

/// The step that ``Adam`` and ``AdamW`` share.
private struct AdamMoments {
    let beta1: Float
    let beta2: Float
    let epsilon: Float
    let isDecoupled: Bool

    func update<Model: Module>(
        _ model: Model, _ gradients: Gradients, _ state: inout OptimizerState, _ update: ParameterUpdate
    ) {
        let (b1, b2) = (Double(beta1), Double(beta2))
        let (c1, c2) = (1 - power(b1, state.step + 1), 1 - power(b2, state.step + 1))
        update(model, gradients, &state, slots: ["first", "second"]) { [epsilon, isDecoupled] a in
            Float.kernels.pointee.adam(
                a.weights, a.slots[0], a.slots[1], a.gradient, a.factor, a.rate, b1, b2, Double(epsilon), c1, c2,
                isDecoupled ? 0 : a.decay, isDecoupled ? a.decay : 0, a.count)
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
