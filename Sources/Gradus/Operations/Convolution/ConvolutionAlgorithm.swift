/// The algorithms that compute a convolution.
///
/// | windows | algorithm | why |
/// | --- | --- | --- |
/// | of one pixel side by side, or one as large as the image | im2col | the images are the matrix; nothing is copied |
/// | in as many groups as channels and filters | depthwise | a window has nothing to multiply but itself |
/// | 3 × 3 or 5 × 5 side by side, 4 × 4 with stride 2; 16 or more channels and filters, many tiles | Winograd | 2.6 to 4 times fewer products |
/// | with a dilation, otherwise for Winograd | dilated | every d-th pixel of every d-th row is an image without dilation |
/// | all others | direct | no matrix of columns is written and read; Docs/en/performance.md has the figures |
package enum ConvolutionAlgorithm: Sendable {
    /// Windows become rows of a matrix (im2col), and OpenBLAS multiplies it with the weights.
    case im2col
    /// Windows are read where they lie, by kernels that keep a tile of outputs in registers.
    case direct

    /// Tiles of outputs are computed at a few points, where a window costs fewer products.
    case winograd

    /// Each channel by itself, without products of matrices.
    case depthwise

    /// Interleaved grids of pixels, each without dilation.
    case dilated

    static func best(for geometry: WindowGeometry, filters: Int, groups: Int) -> ConvolutionAlgorithm {
        if groups > 1 && groups == geometry.channels && groups == filters { return .depthwise }
        if groups > 1 { return .direct }
        if geometry.windowsAreRows { return .im2col }
        if DilatedConvolution.pays(for: geometry, filters: filters, groups: groups) { return .dilated }
        let isForWinograd = WinogradShape.supports(geometry, groups: groups)
        return isForWinograd && WinogradShape.pays(for: geometry, filters: filters) ? .winograd : .direct
    }
}
