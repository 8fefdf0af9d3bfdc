/// A differentiable function with parameters: a piece of a network, or a whole one.
public protocol Layer: Module {
    /// The output for `input` in the given pass.
    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float>
}
