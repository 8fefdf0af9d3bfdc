import Gradus

extension Image {
    /// The part whose upper left pixel is column `x` of row `y`.
    ///
    /// - Traps: when the part is empty or extends beyond the image.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
        check(
            x >= 0 && y >= 0 && width > 0 && height > 0 && width <= self.width - x && height <= self.height - y,
            "cropped: \(width) × \(height) at (\(x), \(y)) is not inside \(self.width) × \(self.height)")
        var part: [UInt8] = []
        part.reserveCapacity(width * height * channels)
        for row in y..<(y + height) {
            let start = (row * self.width + x) * channels
            part += pixels[start..<(start + width * channels)]
        }
        return Image(unchecked: part, width, height, channels)
    }

    /// The mirror image, left and right exchanged.
    public func flippedHorizontally() -> Image {
        var flipped = self
        for y in 0..<height {
            for x in 0..<width {
                let from = (y * width + x) * channels
                let to = (y * width + width - 1 - x) * channels
                for c in 0..<channels { flipped.pixels[to + c] = pixels[from + c] }
            }
        }
        return flipped
    }

    /// The image upside down: the rows in reverse order.
    public func flippedVertically() -> Image {
        let stride = width * channels
        var flipped: [UInt8] = []
        flipped.reserveCapacity(pixels.count)
        for y in (0..<height).reversed() { flipped += pixels[(y * stride)..<((y + 1) * stride)] }
        return Image(unchecked: flipped, width, height, channels)
    }

    /// The mirror image along the diagonal: rows become columns.
    func transposed() -> Image {
        let flipped = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for y in 0..<height {
                    for x in 0..<width {
                        for c in 0..<channels {
                            output[(x * height + y) * channels + c] = input[(y * width + x) * channels + c]
                        }
                    }
                }
            }
            count = pixels.count
        }
        return Image(unchecked: flipped, height, width, channels)
    }

    /// The largest centered part of the image with the proportions of `width` to `height`.
    ///
    /// - Traps: when one of them is not positive.
    public func centerCropped(toProportions width: Int, _ height: Int) -> Image {
        check(width > 0 && height > 0, "centerCropped: expected positive proportions, got \(width) : \(height)")
        let scale = min(Double(self.width) / Double(width), Double(self.height) / Double(height))
        return centerCropped(
            width: max(1, Int((scale * Double(width)).rounded())),
            height: max(1, Int((scale * Double(height)).rounded())))
    }

    /// The centered `width` × `height` pixels, or fewer where the image is smaller.
    ///
    /// - Traps: when one of them is not positive.
    public func centerCropped(width: Int, height: Int) -> Image {
        let (w, h) = (min(width, self.width), min(height, self.height))
        if w == self.width && h == self.height { return self }
        return cropped(x: (self.width - w) / 2, y: (self.height - h) / 2, width: w, height: h)
    }
}
