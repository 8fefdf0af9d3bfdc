/// The algorithms for a convolution.
///
/// | windows | algorithm | reason |
/// | --- | --- | --- |
/// | single pixels with stride 1, or one as large as the image | im2col | the images are the matrix; nothing is copied |
/// | as many groups as channels and filters | depthwise | there is no sum over channels, so no matrix product |
/// | 3 × 3 or 5 × 5 with stride 1, 4 × 4 with stride 2; 16 or more channels and filters, many tiles | Winograd | 2.6 to 4 times fewer products |
/// | dilated, otherwise suitable for Winograd | dilated | every d-th pixel of every d-th row is an image without dilation |
/// | all others | direct | avoids the im2col matrix; Docs/en/performance.md has the figures |
package enum ConvolutionAlgorithm: Sendable {
    /// Windows become rows of a matrix (im2col), and OpenBLAS multiplies it with the weights.
    case im2col

    /// Kernels read the windows in place and keep a tile of outputs in registers.
    case direct

    /// Tiles of outputs are computed at a few points, where a window costs fewer products.
    case winograd

    /// Each channel is convolved with its own filter, without matrix products.
    case depthwise

    /// Interleaved grids of pixels are convolved without dilation.
    case dilated

    static func best(for geometry: WindowGeometry, filters: Int, groups: Int) -> ConvolutionAlgorithm {
        if groups > 1 && groups == geometry.channels && groups == filters { return .depthwise }
        if groups > 1 { return .direct }
        if geometry.windowsAreRows { return .im2col }
        if DilatedConvolution.pays(for: geometry, filters: filters, groups: groups) { return .dilated }
        let isForWinograd = WinogradShape.supports(geometry, groups: groups)
        return isForWinograd && WinogradShape.pays(for: geometry, filters: filters) ? .winograd : .direct
    }

    /// The implementation of the algorithm for the sizes of `plan`.
    func implementation(of plan: ConvolutionPlan) -> any ConvolutionImplementation {
        switch self {
        case .im2col: Im2colConvolution(plan: plan)
        case .direct: DirectConvolution(plan: plan)
        case .winograd: WinogradConvolution(plan: plan)
        case .depthwise: DepthwiseConvolution(plan: plan)
        case .dilated: DilatedConvolution(plan: plan)
        }
    }
}

/// The passes of a convolution. All pointers are to whole tensors of the shapes in `plan`.
///
/// Implementations specialize their passes for `Float`, because calls through the protocol are generic.
protocol ConvolutionImplementation {
    var plan: ConvolutionPlan { get }

    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation)

    /// `dx = activation(dy ∗ᵀ w + b)`: the gradient of the input, or a transposed convolution.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation)

    /// `dw[k, m] = Σ x[window, k] dy[window, m]`, over all windows.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>)

    /// `y = epilogue(x ∗ w)`, for an activation that the kernels can apply. The packed form of `w` may be kept by its tensor.
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>)
}
