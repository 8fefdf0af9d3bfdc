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
            for (index, image) in images.enumerated() { fill(framed + index * size, x, image) }
            body(framed + firstRow * rowSize)
        }
    }

    /// The same with the copies made by all threads.
    func withFramedInParallel<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ images: Range<Int>, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        if isImage { return body(x + images.lowerBound * imageSize) }
        withScratch(images.count * size) { (framed: UnsafeMutablePointer<Scalar>) in
            Parallel.forEach(images.count) { fill(framed + $0 * size, x, images.lowerBound + $0) }
            body(framed)
        }
    }

    /// Copies an image into its frame. What lies outside the frame is left out.
    private func fill<Scalar: DifferentiableScalar>(
        _ frame: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ image: Int
    ) {
        let rows = max(0, min(imageHeight, height - top))
        let before = left * channels
        let count = max(0, min(imageWidth, width - left)) * channels
        zeroFill(frame, min(top, height) * rowSize)
        for row in 0..<rows {
            let line = frame + (top + row) * rowSize
            zeroFill(line, min(before, rowSize))
            (line + before).update(
                from: x + image * imageSize + row * imageWidth * channels, count: count)
            zeroFill(line + before + count, max(0, rowSize - before - count))
        }
        let end = min(height, top + rows)
        zeroFill(frame + end * rowSize, (height - end) * rowSize)
    }
}
