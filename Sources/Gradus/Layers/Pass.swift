/// Whether a network runs for training or for inference, visible at every call.
///
/// Dropout drops and batch normalization uses the batch's statistics in a training pass only.
public struct Pass {
    /// Whether the pass trains.
    public let isTraining: Bool
    /// The generator that dropout draws from.
    public let random: RandomGenerator
    /// The block that handed this pass to one of its layers, and that layer's number.
    private var position: (block: ModulePath, index: Int)?
    var observer: ForwardHook?
    /// The names of the layers, for the observer.
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

    /// The same pass for the inner layers of a layer that is observed as one.
    var withoutObserver: Pass {
        var pass = self
        pass.observer = nil
        return pass
    }
}

/// Sees every layer that runs, as for a summary.
protocol ForwardHook: AnyObject {
    /// Whether every layer runs separately, so that each can be observed; otherwise layers may be fused.
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
    /// The layer's input; `nil` for a block.
    var input: Tensor<Float>?
    /// The number of trained values.
    var parameters = 0
    var multiplyAdds = 0
    /// The activation that the layer has applied to its own result.
    var activation = Activation.identity
    /// Whether the output includes a second input, added by the layer.
    var addsResidual = false
    /// Whether this is a block, whose layers are observed as well.
    var isBlock = false
}

extension Pass {
    /// Whether every layer is observed.
    var hasForwardHook: Bool { observer?.needsEveryLayer ?? false }

    /// Runs a layer's own computation, so that summaries and ``ActivationRecorder`` see it as one layer.
    ///
    /// ```swift
    /// struct ChannelScale: Layer {
    ///     let weight = Parameter(Tensor(ones: [16]))
    ///
    ///     func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    ///         pass.run(self, on: input) { input * weight.value }
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - layer: shown under its ``Layer/typeName``, with its parameters.
    ///   - input: the layer's input.
    ///   - body: computes the output.
    public func run(
        _ layer: some Layer, on input: Tensor<Float>, _ body: () -> Tensor<Float>
    ) -> Tensor<Float> {
        run(layer, on: input, addsResidual: false, body)
    }

    /// The same for a layer that may add a second input to its result.
    @inline(__always)
    func run(
        _ layer: some Layer, on input: Tensor<Float>, addsResidual: Bool, _ body: () -> Tensor<Float>
    ) -> Tensor<Float> {
        guard let observer else { return body() }
        let trace = input.storage.trace
        let before = trace?.multiplyAdds ?? 0
        let output = body()
        let parameters = layer.namedParameters()
        observer.observe(
            ObservedLayer(
                kind: addsResidual ? "\(layer.typeName) + input" : layer.typeName,
                name: layerName(parameters.first?.parameter, names) ?? "", output: output, input: input,
                parameters: parameters.filter { $0.parameter.isTrainable }.map(\.parameter.stored.count).reduce(0, +),
                multiplyAdds: (trace?.multiplyAdds ?? 0) - before,
                activation: (layer as? any ActivatedLayer)?.activation ?? .identity, addsResidual: addsResidual))
        return output
    }

    /// Runs the layers of a block; an ``ActivationRecorder`` also gets the block's output, under the block's name.
    ///
    /// - Parameters:
    ///   - kind: the type of the block.
    ///   - path: the block's position in its model.
    ///   - body: computes the output; it hands the pass that it gets to the block's layers.
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

    /// The name of the layer that owns a parameter; without a parameter, the name of the layer that got this pass.
    private func layerName(_ parameter: Parameter?, _ names: ModuleNames?) -> String? {
        if let parameter, let names { return names.layer(owning: parameter) }
        // Without a model's names, a layer is named by its index in its block.
        return position.map { names?.block($0.block, $0.index) ?? "\($0.index)" }
    }
}

extension Pass {
    /// Runs `body` for each example of a batch, on one thread from the first layer to the last, and concatenates the
    /// results.
    ///
    /// Intermediate results then stay in a core's caches, and threads synchronize once per batch instead of once per layer.
    /// Batches of fewer than 8, training passes and observed passes run as a whole. The choice depends on sizes only.
    ///
    /// - Parameters:
    ///   - batch: `[N, …]`.
    ///   - body: maps `[n, …]` to `[n, …]`, each example independently; called concurrently on several threads.
    package func perExample(_ batch: Tensor<Float>, _ body: (Tensor<Float>) -> Tensor<Float>) -> Tensor<Float> {
        guard !isTraining && observer == nil && !batch.isAbstract && batch.rank > 0 && batch.shape[0] >= 8 else {
            return body(batch)
        }
        let count = batch.shape[0]
        // Threads would record operations, and so add up gradients, in an arbitrary order.
        if DifferentiationCall.current != nil {
            return .concatenated((0..<count).map { body(batch.slice(axis: 0, $0..<($0 + 1))) })
        }
        var results = [Tensor<Float>?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            withoutActuallyEscaping(body) { body in
                // An inference pass only reads the model.
                nonisolated(unsafe) let (body, results) = (body, results)
                let context = TaskContext()
                Parallel.forEach(count) { index in
                    context.run { results[index] = body(batch.slice(axis: 0, index..<(index + 1))) }
                }
            }
        }
        return Tensor.concatenated(results.map { $0! })
    }
}
