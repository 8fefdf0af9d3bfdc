/// The value of `body` and its gradient with respect to the trainable parameters of `model`.
///
/// Only operations of `body` that depend on these parameters are recorded: with a GAN's generator as `model`, the
/// discriminator's weights cost nothing. Parameters that `body` does not use have no entry in the result.
///
/// - Parameters:
///   - model: the module to differentiate with respect to.
///   - createGraph: whether an enclosing call can differentiate the value and the gradients again. Otherwise they are
///     constants.
///   - gradientCompleted: called with a parameter's name and gradient as soon as the gradient is complete, while the backward
///     pass continues: the last layers come first. Several processes can sum their gradients meanwhile.
///   - body: computes a scalar, usually the loss.
/// - Returns: the scalar (detached unless `createGraph` is set), and a gradient for each parameter; none when all are frozen.
/// - Traps: when the result of `body` is not a scalar or depends on no trainable parameter of `model`.
public func valueWithGradient<Model: Module>(
    at model: Model, createGraph: Bool = false,
    gradientCompleted: ((_ name: String, _ gradient: Tensor<Float>) -> Void)? = nil,
    _ body: () throws -> Tensor<Float>
) rethrows -> (value: Tensor<Float>, gradients: Gradients) {
    let (value, gradients, _) = try valueWithGradient(
        at: model, createGraph: createGraph, gradientCompleted: gradientCompleted,
        { (try body(), ()) })
    return (value, gradients)
}

/// The same for a `body` that returns something besides the scalar, such as the predictions of the same pass:
///
/// ```swift
/// let (loss, gradients, logits) = valueWithGradient(at: model) {
///     let logits = model(images, .training)
///     return (softmaxCrossEntropy(logits, labels), logits)
/// }
/// ```
///
/// - Returns: the scalar, the gradients, and the second value of `body`. Its tensors are constants, and must be detached before
///   a later call uses them.
public func valueWithGradient<Model: Module, Auxiliary>(
    at model: Model, createGraph: Bool = false,
    gradientCompleted: ((_ name: String, _ gradient: Tensor<Float>) -> Void)? = nil,
    _ body: () throws -> (Tensor<Float>, Auxiliary)
) rethrows -> (value: Tensor<Float>, gradients: Gradients, auxiliary: Auxiliary) {
    let call = DifferentiationCall()
    let all = model.namedParameters()
    let parameters = all.filter { $0.parameter.isTrainable }
    let outer = parameters.map(\.parameter.leaf)
    let leaves = outer.map { outer in
        let leaf = GraphNode<Float>.leaf(of: call, origin: createGraph ? outer.map { GraphEdge($0) } : nil)
        // Row gradients stay sparse up to the optimizer, but only a dense tensor can be differentiated.
        leaf.rows = createGraph ? nil : []
        return leaf
    }
    for (named, leaf) in zip(parameters, leaves) { named.parameter.leaf = leaf }
    defer { for (named, leaf) in zip(parameters, outer) { named.parameter.leaf = leaf } }

    var entries = [Gradients.Entry?](repeating: nil, count: parameters.count)
    func finish(_ index: Int) {
        let (name, parameter) = parameters[index]
        let leaf = leaves[index]
        let gradient = ParameterGradient(dense: leaf.gradients[0], rows: leaf.rows ?? [], shape: parameter.shape)
        entries[index] = gradient.map { Gradients.Entry(name: name, parameter: parameter, gradient: $0) }
    }
    let (value, auxiliary) = try RunningModel.with(model) {
        try differentiate(
            call, leaves, createGraph: createGraph,
            // A model with all parameters frozen deliberately has nothing to train.
            subject: parameters.isEmpty && !all.isEmpty
                ? nil
                : {
                    all.isEmpty
                        ? "\(Model.self), in which no parameters were found"
                        : "any trainable parameter of \(Model.self)"
                },
            completed: gradientCompleted.map { completed in
                { index in
                    finish(index)
                    if let entry = entries[index] { completed(entry.name, entry.gradient.tensor) }
                }
            }, body)
    }
    for index in leaves.indices {
        if entries[index] == nil { finish(index) }
        leaves[index].gradients[0] = nil
    }
    return (value, Gradients(entries.compactMap { $0 }), auxiliary)
}
