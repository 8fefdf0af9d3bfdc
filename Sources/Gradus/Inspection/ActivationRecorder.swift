/// The output of every layer of a model for an input, by the layers' names.
///
/// ```swift
/// let record = ActivationRecorder()
/// let logits = model(images, Pass.inference.recordingActivations(into: record, of: model))
/// let features = record["layer1.0"]!          // [N, H, W, C]
/// ```
///
/// It includes the layers of a `Sequential` and blocks that call ``Pass/block(_:at:_:)``. The outputs can be differentiated,
/// so that a loss can depend on them.
public final class ActivationRecorder {
    /// The output of one layer or block.
    public struct Entry {
        /// The name in the model, such as `layer1.0.conv1`.
        public let name: String
        /// The type of the layer.
        public let kind: String
        /// The activation that the layer has applied to its own result.
        public let activation: Activation
        /// Whether the output includes a second input that the layer has added, as at the end of a residual block.
        public let addsResidual: Bool
        /// Whether this is a block; its layers have entries before it.
        public let isBlock: Bool
        /// The output.
        public let output: Tensor<Float>
    }

    /// All outputs in the order in which they were computed.
    public private(set) var entries: [Entry] = []

    /// An empty record.
    public init() {}

    /// The last output of the layer of the given name.
    public subscript(name: String) -> Tensor<Float>? { entries.last { $0.name == name }?.output }
}

extension ActivationRecorder: ForwardHook {
    func observe(_ layer: ObservedLayer) {
        entries.append(
            Entry(
                name: layer.name, kind: layer.kind, activation: layer.activation, addsResidual: layer.addsResidual,
                isBlock: layer.isBlock, output: layer.output))
    }
}

extension Pass {
    /// The same pass, in which `record` gets every layer's output under the layer's name in `model`.
    public func recordingActivations(into record: ActivationRecorder, of model: some Module) -> Pass {
        observed(by: record, ModuleNames(of: model))
    }

    /// The same pass, in which `observer` sees every layer.
    func observed(by observer: ForwardHook, _ names: ModuleNames) -> Pass {
        var pass = self
        (pass.observer, pass.names) = (observer, names)
        return pass
    }
}

extension Layer {
    /// The output for `input`, and the outputs of all layers.
    public func recorded(
        _ input: Tensor<Float>, _ pass: Pass = .inference
    ) -> (output: Tensor<Float>, record: ActivationRecorder) {
        let record = ActivationRecorder()
        let output = callAsFunction(input, pass.recordingActivations(into: record, of: self))
        return (output, record)
    }
}

extension Layer {
    /// The input of the layer of the given name when this model runs, such as the features of a classifier.
    ///
    /// Only this tensor is kept, unlike in an ``ActivationRecorder``.
    ///
    /// - Parameters:
    ///   - name: the name of a layer that is not a block, such as `classifier.1`.
    ///   - input: the model's input.
    /// - Returns: the layer's last input.
    /// - Traps: when no layer of that name ran.
    public func input(of name: String, for input: Tensor<Float>, _ pass: Pass = .inference) -> Tensor<Float> {
        let collector = InputCollector(name)
        let observed = pass.observed(by: collector, ModuleNames(of: self))
        _ = callAsFunction(input, observed)
        guard let found = collector.found else {
            stop("input(of:): no layer \"\(name)\" ran; there are \(collector.names.joined(separator: ", "))")
        }
        return found
    }
}

/// Keeps the input of one layer.
private final class InputCollector: ForwardHook {
    // The rest of the network may be fused.
    let needsEveryLayer = false
    private let name: String
    private(set) var found: Tensor<Float>?
    private(set) var names: [String] = []

    init(_ name: String) { self.name = name }

    func observe(_ layer: ObservedLayer) {
        guard let input = layer.input else { return }
        names.append(layer.name)
        if layer.name == name { found = input }
    }
}
