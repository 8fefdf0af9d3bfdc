/// The sizes of one convolution, and the way it is computed.
struct ConvolutionPlan {
    let geometry: WindowGeometry
    let filters: Int
    let groups: Int
    let path: ConvolutionPath

    /// `path` overrides the choice, so that tests can compare the ways.
    init(_ geometry: WindowGeometry, filters: Int, groups: Int, path: ConvolutionPath? = nil) {
        (self.geometry, self.filters, self.groups) = (geometry, filters, groups)
        self.path = path ?? ConvolutionPath.best(for: geometry, filters: filters, groups: groups)
    }

    /// The elements of a window that one group sees.
    var windowSize: Int { geometry.positions * groupChannels }
    var groupChannels: Int { geometry.channels / groups }
    var groupFilters: Int { filters / groups }
    var outputShape: [Int] { [geometry.images, geometry.outHeight, geometry.outWidth, filters] }
    var inputShape: [Int] { [geometry.images, geometry.height, geometry.width, geometry.channels] }
    var weightShape: [Int] { [geometry.kernel.height, geometry.kernel.width, groupChannels, filters] }
    var multiplyAdds: Int { geometry.images * geometry.windows * windowSize * filters }
}

/// The passes; all pointers are to whole tensors of the shapes above.
extension ConvolutionPlan {
    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        guard !outputShape.contains(0) else { return }
        switch path {
        case .columns: ColumnConvolution(plan: self).forward(y, x, w, b, activation)
        case .direct: DirectConvolution(plan: self).forward(y, x, w, b, activation)
        case .winograd: WinogradConvolution(plan: self).forward(y, x, w, b, activation)
        case .depthwise: DepthwiseConvolution(plan: self).forward(y, x, w, b, activation)
        }
    }

    /// The gradient of the input, or, seen from the other side, a transposed convolution: `dx = activation(dy ∗ᵀ w + b)`.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>? = nil, _ activation: Activation = .identity
    ) {
        guard !inputShape.contains(0) else { return }
        switch path {
        case .columns: ColumnConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .direct: DirectConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .winograd: WinogradConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .depthwise: DepthwiseConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        }
    }

    /// The gradient of the weights.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        guard !weightShape.contains(0) else { return }
        switch path {
        case .columns: ColumnConvolution(plan: self).weightGradient(dw, x, dy)
        case .direct: DirectConvolution(plan: self).weightGradient(dw, x, dy)
        case .winograd: WinogradConvolution(plan: self).weightGradient(dw, x, dy)
        case .depthwise: DepthwiseConvolution(plan: self).weightGradient(dw, x, dy)
        }
    }
}
