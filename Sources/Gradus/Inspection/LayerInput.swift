extension Layer {
    /// What the layer of the given name gets when this model runs: the features that a classifier decides by, for example.
    ///
    /// Only this one tensor is kept, unlike in a ``ActivationRecorder``.
    ///
    /// - Parameters:
    ///   - name: of a layer that is no block, as `classifier.1`.
    ///   - input: what the model gets.
    /// - Returns: the last input that the layer had.
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

/// Keeps what one layer was given.
private final class InputCollector: ForwardHook {
    // The rest of the network may take its fastest way.
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
