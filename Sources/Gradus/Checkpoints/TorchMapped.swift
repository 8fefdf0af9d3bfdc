/// A layer whose parameters have other names or other layouts in PyTorch.
///
/// Layers of your own may join:
///
/// ```swift
/// extension Scaling: TorchMapped {
///     var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] { [(factor, "weight", .same)] }
/// }
/// ```
public protocol TorchMapped: Module {
    /// The parameters with their names and layouts in PyTorch's module; those of inner layers are not listed.
    var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] { get }
}

/// The order of a weight's axes in PyTorch.
public enum TorchLayout: Equatable, Sendable {
    /// As here.
    case same
    /// `[M, C, KH, KW]` for `[KH, KW, C, M]`.
    case filters
    /// `[M, D]` for `[D, M]`.
    case matrix
    /// `[M, D]` for `[D, M]`, where D counts the elements of an image `[H, W, C]` that PyTorch flattens as C, H, W.
    case flattened([Int])

    func torchShape(_ shape: [Int]) -> [Int] {
        switch self {
        case .same: shape
        case .filters: [shape[3], shape[2], shape[0], shape[1]]
        case .matrix, .flattened: [shape[1], shape[0]]
        }
    }

    func toTorch(_ tensor: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .same: return tensor
        case .filters: return tensor.transposed([3, 2, 0, 1])
        case .matrix: return tensor.transposed()
        case .flattened(let image):
            let filters = tensor.reshaped(to: image + [tensor.shape[1]])
            return filters.transposed([3, 2, 0, 1]).reshaped(to: [tensor.shape[1], tensor.shape[0]])
        }
    }

    func fromTorch(_ tensor: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .same: return tensor
        case .filters: return tensor.transposed([2, 3, 1, 0])
        case .matrix: return tensor.transposed()
        case .flattened(let image):
            let filters = tensor.reshaped(to: [tensor.shape[0], image[2], image[0], image[1]])
            return filters.transposed([2, 3, 1, 0]).reshaped(to: [tensor.shape[1], tensor.shape[0]])
        }
    }
}
