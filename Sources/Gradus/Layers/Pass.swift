/// What a network is run for: training or inference, visible at every call.
///
/// Dropout drops and batch normalization uses the batch's statistics in a training pass only.
public struct Pass {
    /// Whether the pass trains.
    public let isTraining: Bool
    /// Where dropout draws from.
    public let random: RandomGenerator
    /// The block that handed this pass to one of its layers, and that layer's number.
    private var position: (block: ModulePath, index: Int)?
    var observer: ForwardHook?
    /// The names of the layers that run, where an observer is told of them.
    var names: ModuleNames?

    private init(isTraining: Bool, random: RandomGenerator) {
        self.isTraining = isTraining
        self.random = random
    }

    /// A training pass; dropout draws from ``RandomGenerator/current``.
    public static var training: Pass { training(using: .current) }

    /// A training pass in which dropout draws from `random`.
    public static func training(using random: RandomGenerator) -> Pass { Pass(isTraining: true, random: random) }

    /// A pass that only computes.
    public static var inference: Pass { Pass(isTraining: false, random: .current) }

    /// The same pass for the layer of the given number in a block.
    func inner(_ block: ModulePath, _ index: Int) -> Pass {
        var pass = self
        pass.position = (block, index)
        return pass
    }

    /// The same pass for the inner layers of a layer that is noted as one.
    var withoutObserver: Pass {
        var pass = self
        pass.observer = nil
        return pass
    }
}

/// Who is told of every layer that runs, as for a summary.
protocol ForwardHook: AnyObject {
    /// Whether layers that could be computed together are to run one by one, so that each is seen.
    var needsEveryLayer: Bool { get }
    func observe(_ layer: ObservedLayer)
}

extension ForwardHook {
    var needsEveryLayer: Bool { true }
}

/// A layer that has run.
struct ObservedLayer {
    let kind: String
    let name: String
    let output: Tensor<Float>
    /// What it was given; `nil` for a block.
    var input: Tensor<Float>?
    /// Trained numbers.
    var parameters = 0
    var multiplyAdds = 0
    /// What the layer has applied to its own result.
    var activation = Activation.identity
    /// Whether this is a block, whose layers were told of one by one.
    var isBlock = false
}

/// A layer that applies a function to what it computes.
protocol ActivatedLayer {
    var activation: Activation { get }
}

extension Conv2D: ActivatedLayer {}
extension ConvTranspose2D: ActivatedLayer {}
extension Dense: ActivatedLayer {}
extension BatchNorm: ActivatedLayer {}

extension Pass {
    /// Whether somebody is told of every layer.
    var hasForwardHook: Bool { observer?.needsEveryLayer ?? false }

    /// Runs the body of a layer, and tells the observer if there is one.
    @inline(__always)
    func run(
        _ layer: some Module, _ kind: String, _ input: Tensor<Float>, _ body: () -> Tensor<Float>
    ) -> Tensor<Float> {
        guard let observer else { return body() }
        let trace = input.storage.trace
        let before = trace?.multiplyAdds ?? 0
        let output = body()
        let parameters = layer.namedParameters()
        observer.observe(
            ObservedLayer(
                kind: kind, name: layerName(parameters.first?.parameter, names) ?? "", output: output,
                input: input,
                parameters: parameters.filter { $0.parameter.isTrainable }.map(\.parameter.stored.count).reduce(0, +),
                multiplyAdds: (trace?.multiplyAdds ?? 0) - before,
                activation: (layer as? any ActivatedLayer)?.activation ?? .identity))
        return output
    }

    /// Runs the layers of a block, and lets a ``ActivationRecorder`` have the block's own output under the block's name.
    ///
    /// - Parameters:
    ///   - kind: the type of the block.
    ///   - path: the block's position in its model.
    ///   - body: makes the output; it hands the pass that it is given to the block's layers.
    public func block(_ kind: String, at path: ModulePath, _ body: (_ inner: Pass) -> Tensor<Float>) -> Tensor<Float> {
        let output = body(self)
        observer?.observe(ObservedLayer(kind: kind, name: names?.block(path) ?? "", output: output, isBlock: true))
        return output
    }

    /// How an error message names a layer: `Conv2D "features.0"`.
    func describe(_ kind: String, _ parameter: Parameter? = nil) -> String {
        guard let name = layerName(parameter, names ?? RunningModel.names), !name.isEmpty else { return kind }
        return "\(kind) \"\(name)\""
    }

    /// The name of the layer that owns a parameter, or without one that of the layer that this pass was handed to.
    private func layerName(_ parameter: Parameter?, _ names: ModuleNames?) -> String? {
        if let parameter, let names { return names.layer(owning: parameter) }
        // Without the names of a model, a layer is known by its number in its block.
        return position.map { names?.block($0.block, $0.index) ?? "\($0.index)" }
    }
}
