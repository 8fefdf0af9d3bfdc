import CKernels

/// Derivatives of element-wise functions as tensor operations, for gradients of gradients.
extension Tensor where Scalar: DifferentiableScalar {
    /// `g f′(x)`, where this tensor is x and g the gradient of f(x), by operations that can be differentiated again.
    ///
    /// - Parameters:
    ///   - p: the function's parameter.
    ///    - y: f(x), used by functions whose derivative depends on it.
    func gradient(of function: gradus_unary, parameter: Double, value y: Tensor, upstream g: Tensor) -> Tensor {
        let (x, p) = (self, Scalar(parameter))
        switch function {
        case GRADUS_NEGATE: return -g
        case GRADUS_ADD_SCALAR: return g
        case GRADUS_MULTIPLY_SCALAR: return g * p
        case GRADUS_DIVIDE_SCALAR: return g / p
        case GRADUS_DIVIDE_INTO_SCALAR: return -g * (y / x)
        case GRADUS_EXP: return g * y
        case GRADUS_LOG: return g / x
        case GRADUS_EXP2: return g * (y * Scalar(0.693147180559945309))
        case GRADUS_EXPM1: return g * x.exp()
        case GRADUS_LOG2: return g / (x * Scalar(0.693147180559945309))
        case GRADUS_LOG10: return g / (x * Scalar(2.30258509299404568))
        case GRADUS_LOG1P: return g / (x + 1)
        case GRADUS_SQRT: return g / (y * 2)
        case GRADUS_SQUARE: return g * (x * 2)
        case GRADUS_RECIPROCAL: return -g * y.squared()
        case GRADUS_ABS: return g * x.sign()
        case GRADUS_SIN: return g * x.cos()
        case GRADUS_COS: return -g * x.sin()
        case GRADUS_TAN: return g * (y.squared() + 1)
        case GRADUS_ATAN: return g / (x.squared() + 1)
        case GRADUS_ERFC: return -g * ((-x.squared()).exp() * Scalar(2 / Double.pi.squareRoot()))
        case GRADUS_ERF: return g * ((-x.squared()).exp() * Scalar(2 / Double.pi.squareRoot()))
        case GRADUS_POWER_SCALAR:
            return parameter == 0 ? g * Tensor(repeating: 0, shape: shape) : g * (x.power(parameter - 1) * p)
        case GRADUS_TANH: return g * (1 - y.squared())
        case GRADUS_SIGMOID: return g * (y * (1 - y))
        case GRADUS_SOFTPLUS: return g * x.applying(GRADUS_SIGMOID)
        case GRADUS_SILU:
            let s = x.applying(GRADUS_SIGMOID)
            return g * (s * (1 + x * (1 - s)))
        case GRADUS_GELU:
            let density = (x.squared() * -0.5).exp() * Scalar(1 / (2 * Double.pi).squareRoot())
            return g * (((x * Scalar(0.5.squareRoot())).erf() + 1) * 0.5 + x * density)
        case GRADUS_TANH_GELU:
            let linear = (8 / Double.pi).squareRoot()
            let cubic = x.squared() * Scalar(0.044715 * linear)
            let s = (x * (cubic + Scalar(linear))).applying(GRADUS_SIGMOID)
            return g * (s * (1 + x * ((cubic * 3 + Scalar(linear)) * (1 - s))))
        // Branches are selected, not multiplied by 0, so that an infinite gradient of the other branch does not become
        // NaN.
        case GRADUS_RELU: return `where`(x.detached() .<= 0, Tensor(0), g)
        case GRADUS_RELU6: return `where`(x.detached() .<= 0 || x.detached() .>= 6, Tensor(0), g)
        case GRADUS_LEAKY_RELU: return `where`(x.detached() .<= 0, g * p, g)
        case GRADUS_ELU: return `where`(x.detached() .> 0, g, g * (y + p))
        case GRADUS_MAX_SCALAR: return `where`(x.detached() .> p, g, Tensor(0))
        case GRADUS_MIN_SCALAR: return `where`(x.detached() .< p, g, Tensor(0))
        default: stop("\(function): there is no second derivative of this function")
        }
    }
}

extension Activation {
    /// The gradient of an activation's input, for activations whose derivative follows from the output.
    ///
    /// - Parameter output: the activation's result, saved by the operation that is differentiated.
    func gradient<Scalar: DifferentiableScalar>(
        _ upstream: Tensor<Scalar>, at output: Tensor<Scalar>, _ pass: BackwardPass<Scalar>
    ) -> Tensor<Scalar> {
        guard let (function, parameter) = kernel else { return upstream }
        if pass.createsGraph {
            let y = pass.result(0, output)
            return y.gradient(of: function, parameter: parameter, value: y, upstream: upstream)
        }
        return .computed(output.shape, upstream, output) { dz, dy, y in
            Kernels.unaryGradient(function, dz, dy, y, y, parameter, upstream.count)
        }
    }
}
