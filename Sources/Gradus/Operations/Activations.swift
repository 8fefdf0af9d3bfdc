import CKernels

extension Activation {
    /// Applies the function to each element of `x`.
    public func callAsFunction<Scalar: DifferentiableScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .identity: x
        case .softmax: x.softmax()
        default: x.applying(kernel!.function, parameter: kernel!.parameter, operation: "activation")
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// `max(x, 0)`; the gradient at 0 is 0.
    public func relu() -> Tensor { applying(GRADUS_RELU) }
    /// `min(max(x, 0), 6)`; the gradient at 0 and 6 is 0.
    public func relu6() -> Tensor { applying(GRADUS_RELU6) }
    /// The hyperbolic tangent.
    public func tanh() -> Tensor { applying(GRADUS_TANH) }
    /// `1 / (1 + e⁻ˣ)`
    public func sigmoid() -> Tensor { applying(GRADUS_SIGMOID) }
    /// `ln(1 + eˣ)`, without overflow.
    public func softplus() -> Tensor { applying(GRADUS_SOFTPLUS) }
    /// `x Φ(x)` with the normal distribution's Φ.
    public func gelu() -> Tensor { applying(GRADUS_GELU) }
    /// `½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))`, the approximation of `gelu()` that some networks were trained with.
    public func tanhGelu() -> Tensor { applying(GRADUS_TANH_GELU) }
    /// `x σ(x)`
    public func silu() -> Tensor { applying(GRADUS_SILU) }
}
