/// A convolution by Winograd's method: 36 products for 16 outputs of a 3 × 3 window, or 4 of a 5 × 5 one, in place of 144 or
/// 100; 100 for 16 outputs of a 4 × 4 window with stride 2 in place of 256.
///
/// How the work is cut depends on the sizes only, so results do not depend on the number of threads.
struct WinogradConvolution {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }
    var shape: WinogradShape { WinogradShape(geometry) }

    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let weights = WinogradWeights(w, plan, shape)
        WinogradTiles(plan, shape).multiply(y, x, weights, .bias(b, activation))
        finish(y, geometry.images * geometry.windows, plan.filters, activation)
    }

    /// `dx = activation(dy ∗ᵀ w + b)`: for each phase of pixels a convolution of `dy` with the phase's window turned around.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let (g, stride) = (geometry, geometry.stride.height)
        let vertical = Phase.all(g.height, kernel: g.kernel.height, stride: stride, dilation: 1, pad: g.padTop)
        let horizontal = Phase.all(g.width, kernel: g.kernel.width, stride: stride, dilation: 1, pad: g.padLeft)
        for y in vertical {
            for x in horizontal {
                let weights = WinogradWeights(w, plan, shape, turnedAround: (y.remainder, x.remainder))
                let tiles = WinogradTiles(inputGradientOf: plan, shape, y, x)
                tiles.multiply(dx + (y.first * g.width + x.first) * g.channels, dy, weights, .bias(b, activation))
            }
        }
        finish(dx, g.images * g.height * g.width, g.channels, activation)
    }

    /// Applies an activation that the kernels cannot.
    private func finish<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ rows: Int, _ width: Int, _ activation: Activation
    ) {
        if activation.negativeSlope == nil { Kernels.addBias(nil, activation, to: y, rows: rows, width: width) }
    }
}
