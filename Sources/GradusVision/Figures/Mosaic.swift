import Gradus

extension Image {
    /// Images side by side without words: `columns` in a row, each pixel a square of side `magnification`.
    ///
    /// All have the size of the first, so that a film of mosaics stays still.
    ///
    /// - Traps: when there are no images, or `columns` or `magnification` is not positive.
    public static func mosaic(_ images: [Image], columns: Int, magnification: Int = 1) -> Image {
        check(
            !images.isEmpty && columns > 0 && magnification > 0,
            "mosaic: \(images.count) images, \(columns) in a row, magnified \(magnification) times")
        let (width, height, gap) = (images[0].width * magnification, images[0].height * magnification, 2)
        let rows = (images.count + columns - 1) / columns
        var canvas = Canvas(width: columns * (width + gap) + gap, height: rows * (height + gap) + gap)
        for (index, image) in images.enumerated() {
            let (x, y) = (gap + index % columns * (width + gap), gap + index / columns * (height + gap))
            canvas.paste(image, x: x, y: y, magnification: magnification)
        }
        return canvas.image
    }

    /// The images of numbers `[N, H, W, C]` from 0 to 1, with C 1 or 3.
    ///
    /// - Traps: when `values` has another shape.
    public static func all(of values: Tensor<Float>) -> [Image] { (0..<values.shape[0]).map { Image(values[$0]) } }
}
