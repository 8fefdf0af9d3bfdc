import Gradus
import GradusData

extension LabeledImages {
    /// The image at `position`.
    ///
    /// - Traps: when the images have neither 1 nor 3 channels.
    public func image(_ position: Int) -> Image {
        let shape = imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: pixels(position))
    }

    /// What `features` says of each image, `[N, D]`; computed on several threads.
    ///
    /// - Parameter features: from an image to D numbers.
    /// - Traps: when there are no images, or `features` returns different counts.
    public func featureRows(_ features: @Sendable (Image) -> [Float]) -> Tensor<Float> {
        check(count > 0, "featureRows: there are no images")
        let length = features(image(0)).count
        var rows = Tensor<Float>(zeros: [count, length])
        rows.withUnsafeMutableElements { rows in
            nonisolated(unsafe) let rows = rows
            Parallel.forEach(count) { position in
                let own = features(image(position))
                check(own.count == length, "featureRows: \(own.count) features instead of \(length)")
                _ = rows[(position * length)..<((position + 1) * length)].update(fromContentsOf: own)
            }
        }
        return rows
    }
}
