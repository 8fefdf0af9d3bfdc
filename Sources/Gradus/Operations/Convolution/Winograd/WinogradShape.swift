/// How Winograd's method takes a window apart.
struct WinogradShape {
    let stride: Int
    /// The side r of a phase's window.
    let kernel: Int

    init(_ g: WindowGeometry) { (stride, kernel) = (g.stride.height, g.kernel.height / g.stride.height) }

    /// Points along an axis, at which inputs and windows are evaluated.
    var points: Int { kernel == 2 ? 5 : 6 }
    /// Outputs along an axis that a tile has.
    var tile: Int { points + 1 - kernel }
    var positions: Int { points * points }
    var phases: Int { stride * stride }

    /// Whether the method is for windows of this kind.
    static func supports(_ g: WindowGeometry, groups: Int) -> Bool {
        let (stride, side) = (g.stride.height, g.kernel.height)
        guard groups == 1 && g.dilation == 1 && g.stride.width == stride && g.kernel.width == side else { return false }
        let after = (
            (g.outHeight - 1) * stride + side - g.height - g.padTop,
            (g.outWidth - 1) * stride + side - g.width - g.padLeft
        )
        let isPaddedLess = max(g.padTop, g.padLeft, after.0, after.1) < side
        return isPaddedLess && side % stride == 0 && [2, 3, 5].contains(side / stride)
    }

    /// Whether it saves more than its way there and back costs.
    static func pays(for g: WindowGeometry, filters: Int) -> Bool {
        let shape = WinogradShape(g)
        let tiles =
            g.images * ((g.outHeight + shape.tile - 1) / shape.tile) * ((g.outWidth + shape.tile - 1) / shape.tile)
        return min(g.channels, filters) >= 16 && tiles >= 32 * (shape.phases + 1)
    }
}
