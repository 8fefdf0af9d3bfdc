import CKernels

/// An element-wise function after the linear part of a layer; softmax works along the last axis.
///
/// It is also a layer, which a `Sequential` may contain.
public enum Activation: Equatable, Sendable {
    /// `x`
    case identity
    /// `max(x, 0)`
    case relu
    /// `min(max(x, 0), 6)` (Howard et al. 2017).
    case relu6
    /// `x` above 0, `slope · x` below.
    case leakyRelu(slope: Float = 0.2)
    /// `x` above 0, `alpha (eˣ − 1)` below (Clevert et al. 2015).
    case elu(alpha: Float = 1)
    /// `x Φ(x)` with the normal distribution's Φ (Hendrycks & Gimpel 2016).
    case gelu
    /// GELU's approximation `½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))`, PyTorch's `approximate="tanh"`.
    case tanhGelu
    /// `x σ(x)`, also called swish.
    case silu
    /// The hyperbolic tangent.
    case tanh
    /// `1 / (1 + e⁻ˣ)`
    case sigmoid
    /// `ln(1 + eˣ)`
    case softplus
    /// `eˣ / Σ eˣ` along the last axis.
    case softmax

    /// The kernel of an element-wise function, and its parameter.
    var kernel: (function: gradus_unary, parameter: Double)? {
        switch self {
        case .identity, .softmax: nil
        case .relu: (GRADUS_RELU, 0)
        case .relu6: (GRADUS_RELU6, 0)
        case .leakyRelu(let slope): slope == 0 ? (GRADUS_RELU, 0) : (GRADUS_LEAKY_RELU, Double(slope))
        case .elu(let alpha): (GRADUS_ELU, Double(alpha))
        case .gelu: (GRADUS_GELU, 0)
        case .tanhGelu: (GRADUS_TANH_GELU, 0)
        case .silu: (GRADUS_SILU, 0)
        case .tanh: (GRADUS_TANH, 0)
        case .sigmoid: (GRADUS_SIGMOID, 0)
        case .softplus: (GRADUS_SOFTPLUS, 0)
        }
    }

    /// Whether the derivative follows from the output alone, so that the input need not be saved.
    var slopeFollowsFromOutput: Bool {
        switch self {
        case .identity, .relu, .relu6, .tanh, .sigmoid: true
        case .leakyRelu(let slope): slope >= 0
        case .elu(let alpha): alpha >= 0
        case .gelu, .tanhGelu, .silu, .softplus, .softmax: false
        }
    }
}
