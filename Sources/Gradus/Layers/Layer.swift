/// A differentiable function with parameters: a part of a network, or a whole one.
public protocol Layer: Module {
    /// The output for `input` in the given pass.
    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float>

    /// The layer's type as summaries and activation records show it; by default the name of the Swift type.
    var typeName: String { get }
}

extension Layer {
    /// The name of the Swift type.
    public var typeName: String { "\(Self.self)" }
}

/// A layer that applies an activation to its own result.
///
/// A record of activations says so, because other frameworks count the activation as a layer of its own.
public protocol ActivatedLayer: Layer {
    /// Applied to the result.
    var activation: Activation { get }
}

extension Activation: Layer {
    /// An activation has no parameters.
    public var children: [(name: String, value: Any)] { [] }

    /// The name of the function.
    public var typeName: String { "\(self)" }

    /// Applies the function; training and inference are the same.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) { callAsFunction(input) }
    }
}

/// Sets elements to zero with probability `rate` in training passes; see ``dropout(_:rate:using:)``.
public struct Dropout: Layer {
    /// The probability of an element to be dropped.
    public let rate: Double

    /// A layer that drops elements with probability `rate`.
    ///
    /// - Traps: when `rate` is not in `0..<1`.
    public init(_ rate: Double) {
        check(rate >= 0 && rate < 1, "Dropout: the rate must be in 0..<1, got \(rate)")
        self.rate = rate
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            pass.isTraining ? dropout(input, rate: rate, using: pass.random) : input
        }
    }
}

extension Snapshot where Model: Layer {
    /// The output of the model in an inference pass.
    public func callAsFunction(_ input: Tensor<Float>) -> Tensor<Float> { self { $0(input, .inference) } }
}
