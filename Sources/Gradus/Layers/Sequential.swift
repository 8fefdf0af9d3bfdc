/// Layers one behind the other; `layers[i]` is named by its index.
///
/// ```swift
/// let features = Sequential {
///     Conv2D(1, 32, kernel: 5, padding: .same, activation: .relu)
///     MaxPool2D(2)
/// }
/// ```
public struct Sequential: Layer {
    /// The layers, first to last.
    public let layers: [any Layer]
    /// Where the sequence was found in its model; set when the model is walked.
    private let path = ModulePath()

    /// The given layers in order.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// The layers that the closure lists.
    public init(@SequentialBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

    /// Each layer under its index.
    public var children: [(name: String, value: Any)] {
        [(name: "", value: path)] + layers.enumerated().map { (name: "\($0)", value: $1) }
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let prefix = pass.name ?? path.name
        return pass.block("Sequential", at: path) { pass in
            layers.enumerated().reduce(input) { value, next in
                next.element(value, pass.named(prefix.map { $0.isEmpty ? "\(next.offset)" : "\($0).\(next.offset)" }))
            }
        }
    }
}

/// A layer around which the input is carried and added: `y = x + body(x)`, or `shortcut(x) + body(x)`.
///
/// Deep Residual Learning, He et al. 2015.
public struct Residual: Layer {
    /// What is added to the input.
    public let body: any Layer
    /// Brings the input to the body's output shape; `nil` adds it as it is.
    public let shortcut: (any Layer)?
    /// Applied to the sum.
    public let activation: Activation

    /// A residual connection around `body`.
    public init(_ body: any Layer, shortcut: (any Layer)? = nil, activation: Activation = .identity) {
        self.body = body
        self.shortcut = shortcut
        self.activation = activation
    }

    /// A residual connection around the layers that the closure lists.
    public init(
        shortcut: (any Layer)? = nil, activation: Activation = .identity, @SequentialBuilder _ body: () -> [any Layer]
    ) {
        self.init(Sequential(body), shortcut: shortcut, activation: activation)
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let added = body(input, pass.named(pass.name.map { "\($0).body" }))
        let carried = shortcut.map { $0(input, pass.named(pass.name.map { "\($0).shortcut" })) } ?? input
        checkLayer(
            carried.shape == added.shape,
            "\(pass.describe("Residual")): the body returns \(added.shape), the shortcut \(carried.shape)")
        return activation(carried + added)
    }
}

/// Collects the layers that a closure lists.
@resultBuilder
public enum SequentialBuilder {
    /// One layer.
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    /// Several layers.
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    /// The statements of the closure.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    /// An `if` without `else`.
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    /// The first branch of an `if`.
    public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
    /// The second branch of an `if`.
    public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
    /// A `for` loop.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
