import CKernels

/// The derivatives of the functions of one number as operations on tensors, for gradients of gradients.
extension Tensor where Scalar: DifferentiableScalar {
    /// `f′(x)`, where this tensor is x.
    ///
    /// - Parameters:
    ///   - y: f(x), for functions whose derivative it gives.
    func derivative(of function: gradus_unary, parameter p: Double, value y: Tensor) -> Tensor {
        let x = self
        let parameter = Scalar(p)
        switch function {
        case GRADUS_NEGATE: return Tensor(repeating: -1, shape: shape)
        case GRADUS_ADD_SCALAR: return Tensor(repeating: 1, shape: shape)
        case GRADUS_MULTIPLY_SCALAR: return Tensor(repeating: parameter, shape: shape)
        case GRADUS_EXP: return y
        case GRADUS_LOG: return x.reciprocal()
        case GRADUS_LOG1P: return (x + 1).reciprocal()
        case GRADUS_SQRT: return y.reciprocal() * 0.5
        case GRADUS_SQUARE: return x * 2
        case GRADUS_RECIPROCAL: return -y.squared()
        case GRADUS_ABS: return x.sign()
        case GRADUS_SIN: return x.cos()
        case GRADUS_COS: return -x.sin()
        case GRADUS_ERF: return (-x.squared()).exp() * Scalar(2 / Double.pi.squareRoot())
        case GRADUS_POWER_SCALAR: return p == 0 ? Tensor(repeating: 0, shape: shape) : x.power(p - 1) * parameter
        case GRADUS_TANH: return 1 - y.squared()
        case GRADUS_SIGMOID: return y * (1 - y)
        case GRADUS_SOFTPLUS: return x.sigmoid()
        case GRADUS_SILU:
            let s = x.sigmoid()
            return s * (1 + x * (1 - s))
        case GRADUS_GELU:
            let density = (x.squared() * -0.5).exp() * Scalar(1 / (2 * Double.pi).squareRoot())
            return ((x * Scalar(0.5.squareRoot())).erf() + 1) * 0.5 + x * density
        case GRADUS_ELU: return `where`(x.detached() .> 0, Tensor(1), y + parameter)
        case GRADUS_RELU: return Tensor(mask: x.detached() .> 0)
        case GRADUS_RELU6: return Tensor(mask: x.detached() .> 0 && x.detached() .< 6)
        case GRADUS_LEAKY_RELU: return `where`(x.detached() .> 0, Tensor(1), Tensor(parameter))
        case GRADUS_MAX_SCALAR: return Tensor(mask: x.detached() .> parameter)
        case GRADUS_MIN_SCALAR: return Tensor(mask: x.detached() .< parameter)
        default: stop("\(function): there is no second derivative of this function", #fileID, #line)
        }
    }
}

extension Activation {
    /// The gradient before an activation whose slope follows from its output.
    ///
    /// - Parameter output: the activation's result, saved by the operation that `pass` runs.
    func gradient<Scalar: DifferentiableScalar>(
        _ upstream: Tensor<Scalar>, at output: Tensor<Scalar>, _ pass: BackwardPass<Scalar>
    ) -> Tensor<Scalar> {
        guard let (function, parameter) = kernel else { return upstream }
        if pass.createsGraph {
            let y = pass.result(0, output)
            return upstream * y.derivative(of: function, parameter: parameter, value: y)
        }
        return .computed(output.shape, upstream, output) { dz, dy, y in
            Kernels.unaryGradient(function, dz, dy, y, y, parameter, upstream.count)
        }
    }
}
