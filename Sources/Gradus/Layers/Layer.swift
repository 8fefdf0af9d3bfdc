/// A differentiable function with parameters: a piece of a network, or a whole one.
public protocol Layer: Module {
    /// The output for `input` in the given pass.
    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float>
}

extension Activation: Layer {
    /// An activation has no parameters.
    public var children: [(name: String, value: Any)] { [] }

    /// Applies the function; training and inference are the same.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "\(self)", input) { callAsFunction(input) }
    }
}

extension Snapshot where Model: Layer {
    /// The output of the model in an inference pass.
    public func callAsFunction(_ input: Tensor<Float>) -> Tensor<Float> { self { $0(input, .inference) } }
}
