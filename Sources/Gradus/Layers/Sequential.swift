/// Layers one behind the other; `layers[i]` is named by its index.
///
/// ```swift
/// let features = Sequential {
///     Conv2D(1, 32, kernel: 5, padding: .same, activation: .relu)
///     MaxPool2D(2)
/// }
/// ```
///
/// An ``Embedding`` may stand first; the sequence is then called with tokens, a `Tensor<Int32>`:
///
/// ```swift
/// let tagger = Sequential { Embedding(10, 4); LSTM(4, 8); Dense(8, 2) }
/// let scores = tagger(tokens, .inference)  // [N, T] to [N, T, 2]
/// ```
public struct Sequential: Layer, TokenLayer {
    /// The layers, first to last.
    public let layers: [any Layer]
    /// The place of the sequence in its model.
    private let path = ModulePath()

    /// The given layers in order.
    public init(_ layers: [any Layer]) {
        self.layers = layers
    }

    /// The layers that the closure lists.
    public init(@SequentialBuilder _ layers: () -> [any Layer]) {
        self.init(layers())
    }

    /// Each layer under its index.
    public var children: [(name: String, value: Any)] {
        [(name: "", value: path)] + layers.enumerated().map { (name: "\($0)", value: $1) }
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        return pass.block("Sequential", at: path) { pass in
            run(input, adding: nil, pass)
        }
    }

    /// The output for tokens, `[N, T]`, where an embedding stands first.
    ///
    /// - Traps: when the first layer takes no tokens, or a token is outside the vocabulary.
    @_disfavoredOverload  // so that `layers(Tensor(zeros: [1, 4]), pass)` means numbers
    public func callAsFunction(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
        guard let first = layers.first as? any TokenLayer else {
            let found = layers.first.map { "begins with \(type(of: $0))" } ?? "is empty"
            stop("\(pass.describe("Sequential")) \(found): only an Embedding takes tokens, a Tensor<Int32>")
        }
        return pass.block("Sequential", at: path) { pass in
            run(first(tokens, pass.inner(path, 0)), from: 1, adding: nil, pass)
        }
    }

    /// `residual + layers(input)`; added together with a last convolution and its normalization where that is possible.
    public func callAsFunction(_ input: Tensor<Float>, adding residual: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        guard !pass.hasForwardHook else { return residual + self(input, pass) }
        return run(input, adding: residual, pass)
    }

    /// Runs the layers; a convolution, the normalization behind it and an activation behind that in one, where nothing but
    /// their common result is asked for.
    private func run(
        _ input: Tensor<Float>, from start: Int = 0, adding residual: Tensor<Float>?, _ pass: Pass
    ) -> Tensor<Float> {
        var (value, index) = (input, start)
        while index < layers.count {
            if index + 1 < layers.count, let convolution = layers[index] as? Conv2D,
                let norm = layers[index + 1] as? BatchNorm, convolution.canFuse(norm, pass)
            {
                let next = index + 2 < layers.count ? layers[index + 2] as? Activation : nil
                let follower = norm.activation == .identity ? next : nil
                let end = index + (follower == nil ? 2 : 3)
                let last = end == layers.count ? residual : nil
                // A residual comes behind the last activation.
                let isSum = last != nil && (follower ?? norm.activation) == .identity
                value = convolution.fused(
                    value, norm, follower ?? norm.activation, adding: isSum ? last : nil,
                    pass.inner(path, index))
                if isSum { return value }
                index = end
            } else {
                value = layers[index](value, pass.inner(path, index))
                index += 1
            }
        }
        return residual.map { $0 + value } ?? value
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

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let added = body(input, pass)
        let carried = shortcut.map { $0(input, pass) } ?? input
        check(
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
    /// The vectors of tokens, as the first layer.
    public static func buildExpression(_ embedding: Embedding) -> [any Layer] {
        [LeadingEmbedding(embedding: embedding)]
    }
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

    /// A module that is no layer.
    @available(
        *, unavailable,
        message:
            "this module is no Layer: it does not turn one Tensor<Float> into another. Call it in a Layer of your own"
    )
    public static func buildExpression(_ module: some Module) -> [any Layer] { [] }
    /// A function.
    @available(
        *, unavailable,
        message: "a function is no Layer: put it into a struct of your own that conforms to Layer"
    )
    public static func buildExpression(_ function: (Tensor<Float>) -> Tensor<Float>) -> [any Layer] { [] }
    /// `nil`.
    @available(*, unavailable, message: "a Sequential lists layers, as Dense(10, 2) or Activation.relu; nil is none")
    public static func buildExpression(_ nothing: Never?) -> [any Layer] { [] }
    /// Anything else.
    @available(
        *, unavailable,
        message: "a Sequential lists layers, as Dense(10, 2) or Activation.relu; this value is none"
    )
    public static func buildExpression<Value>(_ value: Value) -> [any Layer] { [] }
}
