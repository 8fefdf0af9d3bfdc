/// The ways to compute a convolution.
///
/// | windows | way | why |
/// | --- | --- | --- |
/// | of one pixel side by side, or one as large as the image | columns | the images are the matrix; nothing is copied |
/// | in groups | columns | each group is a small product of its own |
/// | all others | direct | no matrix of columns is written and read; Docs/performance.md has the figures |
package enum ConvolutionPath: Sendable {
    /// Windows become rows of a matrix (im2col), and OpenBLAS multiplies it with the weights.
    case columns
    /// Windows are read where they lie, by kernels that keep a tile of outputs in registers.
    case direct

    /// Tiles of 3 × 3 or 5 × 5 windows are evaluated at 36 positions, and multiplied there.
    case winograd

    static func best(for geometry: WindowGeometry, filters: Int, groups: Int) -> ConvolutionPath {
        if groups > 1 || geometry.windowsAreRows { return .columns }
        let isLarge = min(geometry.channels, filters) >= 16 && geometry.images * geometry.windows >= 1024
        return isLarge && WinogradConvolution.supports(geometry, groups: groups) ? .winograd : .direct
    }
}
