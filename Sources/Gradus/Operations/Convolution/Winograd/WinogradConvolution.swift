import CKernels

/// A convolution by Winograd's method: 36 products for 16 outputs of a 3 × 3 window, or 4 of a 5 × 5 one, in place of 144 or 100.
///
/// How the work is cut depends on the sizes only, so results do not depend on the number of threads.
struct WinogradConvolution {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }

    /// Whether the sizes are of the kind that the method is for.
    static func supports(_ g: WindowGeometry, groups: Int) -> Bool {
        let r = g.kernel.height
        let (padBottom, padRight) = (
            g.outHeight + r - 1 - g.height - g.padTop, g.outWidth + r - 1 - g.width - g.padLeft
        )
        return groups == 1 && (r == 3 || r == 5) && g.kernel.width == r && g.stride == 1 && g.dilation == 1
            && max(g.padTop, g.padLeft, padBottom, padRight) < r
    }

    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let weights = WinogradWeights(w, plan, isTransposed: false)
        WinogradTiles(plan).multiply(y, x, weights, b, activation)
    }

    /// `dx = activation(dy ∗ᵀ w + b)`: a convolution of `dy` with the windows turned around.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let weights = WinogradWeights(w, plan, isTransposed: true)
        WinogradTiles(inputGradientOf: plan).multiply(dx, dy, weights, b, activation)
    }
}

/// The weights of a convolution at the 36 positions, packed for the products.
final class WinogradWeights<Scalar: DifferentiableScalar> {
    /// One matrix of `rows` by `outputs` after another.
    let packed: [PackedWeights<Scalar>]

    /// - Parameter isTransposed: whether the windows are turned around, and lead from filters to channels.
    init(_ w: UnsafePointer<Scalar>, _ plan: ConvolutionPlan, isTransposed: Bool) {
        let (channels, filters) = (plan.geometry.channels, plan.filters)
        let (rows, outputs) = isTransposed ? (filters, channels) : (channels, filters)
        let size = channels * filters
        let positions = WinogradTiles.positions
        let made = (0..<positions).map { _ in PackedWeights<Scalar>(rows: rows, outputs: outputs) }
        withScratch(positions * size) { (values: UnsafeMutablePointer<Scalar>) in
            Parallel.forEachRange(size, grain: 1 << 11) { first, count in
                Scalar.kernels.winograd_weights(
                    values + first, w + first, plan.geometry.kernel.height, isTransposed ? 1 : 0, count, size)
            }
            let (rowStep, outputStep) = isTransposed ? (1, filters) : (filters, 1)
            Parallel.forEach(positions) {
                made[$0].pack(values + $0 * size, rows: 0..<rows, rowStep: rowStep, outputStep: outputStep)
            }
        }
        packed = made
    }
}
