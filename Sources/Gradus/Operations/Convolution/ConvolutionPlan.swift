/// The sizes of one convolution, and the algorithm that computes it.
struct ConvolutionPlan {
    let geometry: WindowGeometry
    let filters: Int
    let groups: Int
    let algorithm: ConvolutionAlgorithm

    /// `algorithm` overrides the choice, so that tests can compare algorithms.
    init(_ geometry: WindowGeometry, filters: Int, groups: Int, algorithm: ConvolutionAlgorithm? = nil) {
        (self.geometry, self.filters, self.groups) = (geometry, filters, groups)
        self.algorithm = algorithm ?? ConvolutionAlgorithm.best(for: geometry, filters: filters, groups: groups)
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
        switch algorithm {
        case .im2col: Im2colConvolution(plan: self).forward(y, x, w, b, activation)
        case .direct: DirectConvolution(plan: self).forward(y, x, w, b, activation)
        case .winograd: WinogradConvolution(plan: self).forward(y, x, w, b, activation)
        case .depthwise: DepthwiseConvolution(plan: self).forward(y, x, w, b, activation)
        case .dilated: DilatedConvolution(plan: self).forward(y, x, w, b, activation)
        }
    }

    /// The gradient of the input, or, seen from the other side, a transposed convolution: `dx = activation(dy ∗ᵀ w + b)`.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>? = nil, _ activation: Activation = .identity
    ) {
        guard !inputShape.contains(0) else { return }
        switch algorithm {
        case .im2col: Im2colConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .direct: DirectConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .winograd: WinogradConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .depthwise: DepthwiseConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        case .dilated: DilatedConvolution(plan: self).inputGradient(dx, dy, w, b, activation)
        }
    }

    /// The gradient of the weights.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        guard !weightShape.contains(0) else { return }
        switch algorithm {
        case .im2col: Im2colConvolution(plan: self).weightGradient(dw, x, dy)
        case .direct: DirectConvolution(plan: self).weightGradient(dw, x, dy)
        case .winograd: WinogradConvolution(plan: self).weightGradient(dw, x, dy)
        case .depthwise: DepthwiseConvolution(plan: self).weightGradient(dw, x, dy)
        case .dilated: DilatedConvolution(plan: self).weightGradient(dw, x, dy)
        }
    }
}

/// The three products of a convolution as operations. Each is linear in both of its arguments, and their gradients are the
/// two others: of `y = x ∗ w` those that a first backward pass needs, of these again what a second one needs.
extension ConvolutionPlan {
    /// `x ∗ w`.
    func forward<Scalar: DifferentiableScalar>(_ x: Tensor<Scalar>, _ w: Tensor<Scalar>) -> Tensor<Scalar> {
        let (images, weights) = (x.detached(), w.detached())
        let y = Tensor<Scalar>.computed(outputShape, images, weights) { forward($0, $1, $2, nil, .identity) }
        return record(y, from: x, w, operation: "convolution") { dy, pass in
            inputGradient(dy, pass.input(1, weights))
        } _: { dy, pass in
            weightGradient(pass.input(0, images), dy)
        }
    }

    /// The gradient of x from that of `x ∗ w`.
    func inputGradient<Scalar: DifferentiableScalar>(_ dy: Tensor<Scalar>, _ w: Tensor<Scalar>) -> Tensor<Scalar> {
        let (slopes, weights) = (dy.detached(), w.detached())
        let dx = Tensor<Scalar>.computed(inputShape, slopes, weights) { inputGradient($0, $1, $2) }
        return record(dx, from: dy, w, operation: "convolution") { upstream, pass in
            forward(upstream, pass.input(1, weights))
        } _: { upstream, pass in
            weightGradient(upstream, pass.input(0, slopes))
        }
    }

    /// The gradient of w from that of `x ∗ w`.
    func weightGradient<Scalar: DifferentiableScalar>(_ x: Tensor<Scalar>, _ dy: Tensor<Scalar>) -> Tensor<Scalar> {
        let (images, slopes) = (x.detached(), dy.detached())
        let dw = Tensor<Scalar>.computed(weightShape, images, slopes) { weightGradient($0, $1, $2) }
        return record(dw, from: x, dy, operation: "convolution") { upstream, pass in
            inputGradient(pass.input(1, slopes), upstream)
        } _: { upstream, pass in
            forward(pass.input(0, images), upstream)
        }
    }
}
