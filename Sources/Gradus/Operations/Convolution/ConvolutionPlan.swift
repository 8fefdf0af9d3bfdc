/// The sizes of a convolution and its algorithm.
struct ConvolutionPlan {
    let geometry: WindowGeometry
    let filters: Int
    let groups: Int
    let algorithm: ConvolutionAlgorithm

    /// `algorithm` overrides the choice, so that tests can compare the algorithms.
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

/// The passes, by the implementation of the plan's algorithm; see ``ConvolutionImplementation``.
extension ConvolutionPlan {
    private var implementation: any ConvolutionImplementation { algorithm.implementation(of: self) }

    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        if !outputShape.contains(0) { implementation.forward(y, x, w, b, activation) }
    }

    /// `dx = activation(dy ∗ᵀ w + b)`.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>? = nil, _ activation: Activation = .identity
    ) {
        if !inputShape.contains(0) { implementation.inputGradient(dx, dy, w, b, activation) }
    }

    /// The gradient of the weights.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        if !weightShape.contains(0) { implementation.weightGradient(dw, x, dy) }
    }

    /// `y = epilogue(x ∗ w)`.
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        if !outputShape.contains(0) { implementation.infer(y, x, w, epilogue) }
    }
}

/// The three products of a convolution as operations. Each is linear in both arguments, and its gradients are the
/// other two, so they can be differentiated any number of times.
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

    /// The gradient of x from the gradient of `x ∗ w`.
    func inputGradient<Scalar: DifferentiableScalar>(_ dy: Tensor<Scalar>, _ w: Tensor<Scalar>) -> Tensor<Scalar> {
        let (outputGradient, weights) = (dy.detached(), w.detached())
        let dx = Tensor<Scalar>.computed(inputShape, outputGradient, weights) { inputGradient($0, $1, $2) }
        return record(dx, from: dy, w, operation: "convolution") { upstream, pass in
            forward(upstream, pass.input(1, weights))
        } _: { upstream, pass in
            weightGradient(upstream, pass.input(0, outputGradient))
        }
    }

    /// The gradient of w from the gradient of `x ∗ w`.
    func weightGradient<Scalar: DifferentiableScalar>(_ x: Tensor<Scalar>, _ dy: Tensor<Scalar>) -> Tensor<Scalar> {
        let (images, outputGradient) = (x.detached(), dy.detached())
        let dw = Tensor<Scalar>.computed(weightShape, images, outputGradient) { weightGradient($0, $1, $2) }
        return record(dw, from: x, dy, operation: "convolution") { upstream, pass in
            inputGradient(pass.input(1, outputGradient), upstream)
        } _: { upstream, pass in
            forward(pass.input(0, images), upstream)
        }
    }
}
