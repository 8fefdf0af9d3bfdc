/// What every layer of a model has made of an input, by the layers' names.
///
/// ```swift
/// let record = ActivationRecorder()
/// let logits = model(images, Pass.inference.recordingActivations(into: record, of: model))
/// let features = record["layer1.0"]!          // [N, H, W, C]
/// ```
///
/// Layers of a `Sequential` and blocks that call ``Pass/block(_:at:_:)`` are there too. The outputs still take part in
/// differentiation, so that a loss can be made of them.
public final class ActivationRecorder {
    /// The output of one layer or block.
    public struct Entry {
        /// The name in the model, as `layer1.0.conv1`.
        public let name: String
        /// The type of the layer.
        public let kind: String
        /// The function that the layer has applied to its own result.
        public let activation: Activation
        /// Whether this is a block of layers, which have entries of their own before it.
        public let isBlock: Bool
        /// The output.
        public let output: Tensor<Float>
    }

    /// All outputs in the order in which they were made.
    public private(set) var entries: [Entry] = []

    /// A record of nothing.
    public init() {}

    /// The last output of the layer of the given name.
    public subscript(name: String) -> Tensor<Float>? { entries.last { $0.name == name }?.output }
}

extension ActivationRecorder: ForwardHook {
    func observe(_ layer: ObservedLayer) {
        entries.append(
            Entry(
                name: layer.name, kind: layer.kind, activation: layer.activation, isBlock: layer.isBlock,
                output: layer.output))
    }
}

extension Pass {
    /// The same pass, in which `record` gets every layer's output, by the names that `model` knows the layers by.
    public func recordingActivations(into record: ActivationRecorder, of model: some Module) -> Pass {
        observed(by: record, ModuleNames(of: model))
    }

    /// The same pass, in which `observer` is told of every layer.
    func observed(by observer: ForwardHook, _ names: ModuleNames) -> Pass {
        var pass = self
        (pass.observer, pass.names) = (observer, names)
        return pass
    }
}

extension Layer {
    /// The output for `input`, and what every layer has made on the way.
    public func recorded(
        _ input: Tensor<Float>, _ pass: Pass = .inference
    ) -> (output: Tensor<Float>, record: ActivationRecorder) {
        let record = ActivationRecorder()
        let output = callAsFunction(input, pass.recordingActivations(into: record, of: self))
        return (output, record)
    }
}
