/// Stochastic gradient descent, with momentum: `v ← μ v + g`, `w ← w − η v`; Nesterov's form steps by `g + μ v`
/// (Sutskever et al. 2013, in PyTorch's form). Weight decay λ adds `λ w` to the gradient.
public final class SGD: Optimizer {
    /// The step size.
    public var learningRate: Float
    /// μ
    public let momentum: Float
    /// Whether the step looks ahead.
    public let nesterov: Bool
    /// λ
    public let weightDecay: Float
    /// Rates and decay of some parameters; the first group that matches counts.
    public let groups: [ParameterGroup]
    /// The step count and the moving averages.
    public var state = OptimizerState()

    /// An optimizer with the given constants.
    public init(
        learningRate: Float, momentum: Float = 0, nesterov: Bool = false, weightDecay: Float = 0,
        groups: [ParameterGroup] = []
    ) {
        (self.learningRate, self.momentum, self.nesterov) = (learningRate, momentum, nesterov)
        (self.weightDecay, self.groups) = (weightDecay, groups)
    }

    /// Changes the parameters along the gradients.
    public func update<Model: Module>(_ model: Model, along gradients: Gradients) {
        let update = ParameterUpdate(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
        update(model, gradients, &state, slots: momentum == 0 ? [] : ["momentum"]) { [momentum, nesterov] a in
            Float.kernels.pointee.sgd(
                a.weights, a.slots.first, a.gradient, a.factor, a.rate, Double(momentum), nesterov ? 1 : 0, a.decay,
                a.count)
        }
    }
}
