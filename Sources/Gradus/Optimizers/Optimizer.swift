/// Changes a model's weights along a gradient so that the loss falls.
public protocol Optimizer: AnyObject {
    /// The step size. A ``Schedule`` sets it before each step.
    var learningRate: Float { get set }

    /// Changes the parameters that have a gradient; frozen ones keep their values.
    func update<Model: Module>(_ model: Model, along gradients: Gradients)

    /// The state between steps, for a checkpoint.
    var state: OptimizerState { get set }
}

/// An optimizer's state between steps: the number of steps, and tensors for each parameter by name.
public struct OptimizerState: Sendable {
    /// The number of updates so far.
    public var step = 0
    /// `slots["momentum"]["features.0.weight"]`: a tensor of the parameter's shape.
    public var slots: [String: [String: Tensor<Float>]] = [:]

    /// A state before the first step.
    public init() {}
}

/// Rates and decay for some of the parameters.
public struct ParameterGroup: Sendable {
    let matches: @Sendable (_ name: String) -> Bool
    /// Multiplies the optimizer's learning rate.
    public let rateFactor: Float
    /// Replaces the optimizer's weight decay, when given.
    public let weightDecay: Float?

    /// The parameters whose name `matches` accepts.
    public init(
        rateFactor: Float = 1, weightDecay: Float? = nil, where matches: @escaping @Sendable (_ name: String) -> Bool
    ) {
        (self.rateFactor, self.weightDecay, self.matches) = (rateFactor, weightDecay, matches)
    }

    /// The parameters whose name ends with one of `suffixes`, such as `bias`.
    public init(suffixes: String..., rateFactor: Float = 1, weightDecay: Float? = nil) {
        self.init(rateFactor: rateFactor, weightDecay: weightDecay) { name in suffixes.contains(where: name.hasSuffix) }
    }
}

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
    /// Rates and decay of some parameters; the first matching group applies.
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

extension Gradients {
    /// Each element clamped to `−limit...limit`; NaN stays NaN.
    public func clipped(byValue limit: Float) -> Gradients {
        mapStored { $0.clipped(-Double(limit), Double(limit)) }
    }

    /// All gradients scaled by one factor, so that their global norm is at most `limit` (Pascanu et al. 2013).
    ///
    /// The factor is `limit / (norm + 1e-6)`, as in PyTorch, where the norm is above the limit; the norm is computed in double
    /// precision and does not overflow. A gradient that is not finite makes all of them NaN or 0, as in PyTorch.
    public func clipped(byGlobalNorm limit: Float) -> Gradients {
        let norm = entries.reduce(0) { $0 + $1.gradient.sumOfSquares }.squareRoot()
        let factor = Float(Double(limit) / (norm + 1e-6))
        return factor >= 1 ? self : self * factor
    }
}
