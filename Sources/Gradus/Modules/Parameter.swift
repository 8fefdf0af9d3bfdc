/// A named tensor that a module owns: a weight that is trained, or a statistic that is only stored.
///
/// A parameter is a reference, so that an optimizer can change a model whose properties are constants. Sharing one parameter between two layers ties their weights.
public final class Parameter {
    /// Whether training changes a parameter.
    public enum Kind: Sendable {
        /// Gradients and optimizers apply.
        case weight
        /// Stored with the model but never differentiated, as batch normalization's running mean.
        case statistic
    }

    /// Whether it is trained.
    public let kind: Kind
    /// Whether the weight is frozen: no gradient is computed for it, and optimizers do not change it.
    public var isFrozen = false
    package var stored: Tensor<Float>
    /// Set while ``valueWithGradient(at:_:)-swift.function`` differentiates with respect to this parameter.
    var leaf: GraphNode<Float>?

    /// A parameter with an initial value.
    public init(_ value: Tensor<Float>, kind: Kind = .weight) {
        stored = value.detached()
        self.kind = kind
    }

    /// Whether gradients are computed for this parameter.
    public var isTrainable: Bool { kind == .weight && !isFrozen }

    /// The length of each axis.
    public var shape: [Int] { stored.shape }

    /// The current value; inside a differentiated closure, gradients flow back to it.
    public var value: Tensor<Float> {
        get { leaf.map { stored.with($0) } ?? stored }
        set {
            check(
                newValue.shape == stored.shape,
                "Parameter: expected a value of shape \(stored.shape), got \(newValue.shape)")
            stored = newValue.detached()
        }
    }
}
