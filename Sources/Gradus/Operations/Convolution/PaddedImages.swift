import CKernels

/// Images with zero padding: `height` rows of `width` pixels, in which the image begins at row `top` and column
/// `left`.
struct PaddedImages {
    /// The size of the images without padding.
    let (imageHeight, imageWidth, channels): (Int, Int, Int)
    let (top, left, height, width): (Int, Int, Int, Int)
    /// Whether the images can be read in place.
    private let isImage: Bool

    /// Padding to at least `height` rows of `width` pixels.
    init(imageHeight: Int, imageWidth: Int, channels: Int, top: Int, left: Int, height: Int, width: Int) {
        (self.imageHeight, self.imageWidth, self.channels) = (imageHeight, imageWidth, channels)
        (self.top, self.left) = (top, left)
        isImage = top == 0 && left == 0 && height <= imageHeight && width <= imageWidth
        (self.height, self.width) = isImage ? (imageHeight, imageWidth) : (height, width)
    }

    /// Elements per row.
    var rowSize: Int { width * channels }
    /// Elements per padded image.
    var size: Int { height * rowSize }
    /// Elements per image.
    private var imageSize: Int { imageHeight * imageWidth * channels }

    /// Calls `body` with the padded images, from row `firstRow`.
    func withPadded<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ images: Range<Int>, firstRow: Int, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        if isImage { return body(x + images.lowerBound * imageSize + firstRow * rowSize) }
        withScratch(images.count * size) { (padded: UnsafeMutablePointer<Scalar>) in
            for (index, image) in images.enumerated() { fill(padded + index * size, x, image, rows: 0..<height) }
            body(padded + firstRow * rowSize)
        }
    }

    /// The same with copies made by all threads.
    func withPaddedInParallel<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ images: Range<Int>, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        if isImage { return body(x + images.lowerBound * imageSize) }
        withScratch(images.count * size) { (padded: UnsafeMutablePointer<Scalar>) in
            let parts = images.count < 4 ? min(4, height) : 1
            nonisolated(unsafe) let (padded, x) = (padded, x)
            Parallel.forEach(images.count * parts) { index in
                let (image, part) = (index / parts, index % parts)
                fill(
                    padded + image * size, x, images.lowerBound + image,
                    rows: (part * height / parts)..<((part + 1) * height / parts))
            }
            body(padded)
        }
    }

    /// Copies an image into some rows of its padded copy, leaving out whatever is outside.
    private func fill<Scalar: DifferentiableScalar>(
        _ padded: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ image: Int, rows: Range<Int>
    ) {
        let before = min(left * channels, rowSize)
        let count = max(0, min(imageWidth, width - left)) * channels
        for row in rows {
            let (line, source) = (padded + row * rowSize, row - top)
            guard source >= 0 && source < imageHeight else {
                zeroFill(line, rowSize)
                continue
            }
            zeroFill(line, before)
            (line + before).update(
                from: x + image * imageSize + source * imageWidth * channels, count: count)
            zeroFill(line + before + count, max(0, rowSize - before - count))
        }
    }
}
