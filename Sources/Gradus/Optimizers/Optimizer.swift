/// Changes a model's weights along a gradient so that the loss falls.
public protocol Optimizer: AnyObject {
    /// How far a step goes. A ``Schedule`` sets it before each step.
    var learningRate: Float { get set }

    /// Changes the parameters that `gradients` names; frozen ones stay as they are.
    func update<Model: Module>(_ model: Model, along gradients: Gradients)

    /// What the optimizer remembers, for a checkpoint.
    var state: OptimizerState { get set }
}

/// What an optimizer remembers between steps: the number of steps, and tensors for each parameter by its name.
public struct OptimizerState: Sendable {
    /// How many updates were done.
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

    /// The parameters whose name ends with one of `suffixes`, as `bias`.
    public init(suffixes: String..., rateFactor: Float = 1, weightDecay: Float? = nil) {
        self.init(rateFactor: rateFactor, weightDecay: weightDecay) { name in suffixes.contains(where: name.hasSuffix) }
    }
}
