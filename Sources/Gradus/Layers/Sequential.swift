/// A sequence of layers; `layers[i]` is named by its index.
///
/// ```swift
/// let features = Sequential {
///     Conv2D(1, 32, kernel: 5, padding: .same, activation: .relu)
///     MaxPool2D(2)
/// }
/// ```
///
/// It may begin with an ``Embedding``, and is then called with tokens, a `Tensor<Int32>`:
///
/// ```swift
/// let tagger = Sequential { Embedding(10, 4); LSTM(4, 8); Dense(8, 2) }
/// let scores = tagger(tokens, .inference)  // [N, T] to [N, T, 2]
/// ```
public struct Sequential: Layer, TokenLayer {
    /// The layers, first to last.
    public let layers: [any Layer]
    /// The position of the sequence in its model.
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

    /// The output for tokens, `[N, T]`, of a sequence that begins with an embedding.
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

    /// `residual + layers(input)`; the sum is fused with the last layers where possible.
    public func callAsFunction(_ input: Tensor<Float>, adding residual: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        guard !pass.hasForwardHook else { return residual + self(input, pass) }
        return run(input, adding: residual, pass)
    }

    /// Runs the layers, fused where nothing but their common result is needed.
    private func run(
        _ input: Tensor<Float>, from start: Int = 0, adding residual: Tensor<Float>?, _ pass: Pass
    ) -> Tensor<Float> {
        var (value, index) = (input, start)
        while index < layers.count {
            let inner = pass.inner(path, index)
            guard let (layer, epilogue, end) = fusion(at: index, pass) else {
                value = layers[index](value, inner)
                index += 1
                continue
            }
            // A residual is added after the last activation.
            let last = end == layers.count && epilogue.activation == .identity ? residual : nil
            value = layer.fused(value, with: epilogue, adding: last, inner)
            if last != nil { return value }
            index = end
        }
        return residual.map { $0 + value } ?? value
    }
}

/// A residual connection: `y = activation(x + body(x))`, or `activation(shortcut(x) + body(x))`.
///
/// Deep Residual Learning, He et al. 2015.
public struct Residual: Layer {
    /// Computes what is added to the input.
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

    /// A module that is not a layer.
    @available(
        *, unavailable,
        message:
            "this module is no Layer: it does not map one Tensor<Float> to another. Call it in a struct that conforms to Layer"
    )
    public static func buildExpression(_ module: some Module) -> [any Layer] { [] }
    /// A function.
    @available(
        *, unavailable,
        message: "a function is no Layer: call it in a struct that conforms to Layer"
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
