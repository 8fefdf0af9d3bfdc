import CKernels

/// Images with zeros around them: `height` rows of `width` pixels, in which the image begins at row `top` and column `left`.
struct Frame {
    /// The images' own size.
    let (imageHeight, imageWidth, channels): (Int, Int, Int)
    let (top, left, height, width): (Int, Int, Int, Int)
    /// Whether the images can be read where they lie.
    private let isImage: Bool

    /// A frame that shows at least `height` rows of `width` pixels.
    init(imageHeight: Int, imageWidth: Int, channels: Int, top: Int, left: Int, height: Int, width: Int) {
        (self.imageHeight, self.imageWidth, self.channels) = (imageHeight, imageWidth, channels)
        (self.top, self.left) = (top, left)
        isImage = top == 0 && left == 0 && height <= imageHeight && width <= imageWidth
        (self.height, self.width) = isImage ? (imageHeight, imageWidth) : (height, width)
    }

    /// Elements of a row.
    var rowSize: Int { width * channels }
    /// Elements of a framed image.
    var size: Int { height * rowSize }
    /// Elements of an image.
    private var imageSize: Int { imageHeight * imageWidth * channels }

    /// Calls `body` with the framed images, from row `firstRow` of the frame on.
    func withFramed<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ images: Range<Int>, firstRow: Int, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        if isImage { return body(x + images.lowerBound * imageSize + firstRow * rowSize) }
        withScratch(images.count * size) { (framed: UnsafeMutablePointer<Scalar>) in
            for (index, image) in images.enumerated() { fill(framed + index * size, x, image, rows: 0..<height) }
            body(framed + firstRow * rowSize)
        }
    }

    /// The same with the copies made by all threads.
    func withFramedInParallel<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ images: Range<Int>, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        if isImage { return body(x + images.lowerBound * imageSize) }
        withScratch(images.count * size) { (framed: UnsafeMutablePointer<Scalar>) in
            let parts = images.count < 4 ? min(4, height) : 1
            nonisolated(unsafe) let (framed, x) = (framed, x)
            Parallel.forEach(images.count * parts) { index in
                let (image, part) = (index / parts, index % parts)
                fill(
                    framed + image * size, x, images.lowerBound + image,
                    rows: (part * height / parts)..<((part + 1) * height / parts))
            }
            body(framed)
        }
    }

    /// Copies an image into some rows of its frame. What lies outside the frame is left out.
    private func fill<Scalar: DifferentiableScalar>(
        _ frame: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ image: Int, rows: Range<Int>
    ) {
        let before = min(left * channels, rowSize)
        let count = max(0, min(imageWidth, width - left)) * channels
        for row in rows {
            let (line, source) = (frame + row * rowSize, row - top)
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
