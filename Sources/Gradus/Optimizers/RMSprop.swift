/// RMSprop: `s ← α s + (1 − α) g²`, `w ← w − η g / (√s + ε)`, with optional momentum on the step (Tieleman & Hinton
/// 2012, in PyTorch's form). Weight decay λ adds `λ w` to the gradient.
public final class RMSprop: Optimizer {
    /// The step size.
    public var learningRate: Float
    /// α
    public let smoothing: Float
    /// ε
    public let epsilon: Float
    /// The fraction of the previous step that is added.
    public let momentum: Float
    /// λ
    public let weightDecay: Float
    /// Rates and decay of some parameters; the first matching group applies.
    public let groups: [ParameterGroup]
    /// The step count and the moving averages.
    public var state = OptimizerState()

    /// An optimizer with the given constants.
    public init(
        learningRate: Float = 1e-2, smoothing: Float = 0.99, epsilon: Float = 1e-8, momentum: Float = 0,
        weightDecay: Float = 0, groups: [ParameterGroup] = []
    ) {
        (self.learningRate, self.smoothing, self.epsilon) = (learningRate, smoothing, epsilon)
        (self.momentum, self.weightDecay, self.groups) = (momentum, weightDecay, groups)
    }

    /// Changes the parameters along the gradients.
    public func update<Model: Module>(_ model: Model, along gradients: Gradients) {
        let update = ParameterUpdate(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
        let slots = momentum == 0 ? ["square"] : ["square", "momentum"]
        update(model, gradients, &state, slots: slots) { [smoothing, epsilon, momentum] a in
            Float.kernels.pointee.rmsprop(
                a.weights, a.slots[0], a.slots.dropFirst().first, a.gradient, a.factor, a.rate, Double(smoothing),
                Double(epsilon), Double(momentum), a.decay, a.count)
        }
    }
}

/// AdaGrad: `s ← s + g²`, `w ← w − η g / (√s + ε)` (Duchi et al. 2011). Weight decay λ adds `λ w` to the gradient.
public final class AdaGrad: Optimizer {
    /// The step size.
    public var learningRate: Float
    /// ε
    public let epsilon: Float
    /// The initial value of s.
    public let initialSquare: Float
    /// λ
    public let weightDecay: Float
    /// Rates and decay of some parameters; the first matching group applies.
    public let groups: [ParameterGroup]
    /// The step count and the moving averages.
    public var state = OptimizerState()

    /// An optimizer with the given constants.
    public init(
        learningRate: Float = 1e-2, epsilon: Float = 1e-10, initialSquare: Float = 0, weightDecay: Float = 0,
        groups: [ParameterGroup] = []
    ) {
        (self.learningRate, self.epsilon, self.initialSquare) = (learningRate, epsilon, initialSquare)
        (self.weightDecay, self.groups) = (weightDecay, groups)
    }

    /// Changes the parameters along the gradients.
    public func update<Model: Module>(_ model: Model, along gradients: Gradients) {
        let update = ParameterUpdate(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
        update(model, gradients, &state, slots: ["square"], initial: initialSquare) { [epsilon] a in
            Float.kernels.pointee.adagrad(
                a.weights, a.slots[0], a.gradient, a.factor, a.rate, Double(epsilon), a.decay, a.count)
        }
    }
}
