/// The gradient of each pixel, by the difference of its neighbors; of several channels the longest.
struct ImageGradients {
    private let image: Image

    init(_ image: Image) { self.image = image }

    /// The change from left to right and from top to bottom, 0 across the image's edge.
    subscript(y: Int, x: Int) -> (dx: Double, dy: Double) {
        let (width, height, channels) = (image.width, image.height, image.channels)
        let place = (y * width + x) * channels
        return image.pixels.withUnsafeBufferPointer { pixels in
            var best = (dx: 0, dy: 0)
            for c in place..<(place + channels) {
                let dx = x == 0 || x == width - 1 ? 0 : Int(pixels[c + channels]) - Int(pixels[c - channels])
                let down = width * channels
                let dy = y == 0 || y == height - 1 ? 0 : Int(pixels[c + down]) - Int(pixels[c - down])
                if dx * dx + dy * dy > best.dx * best.dx + best.dy * best.dy { best = (dx, dy) }
            }
            return (Double(best.dx), Double(best.dy))
        }
    }
}
