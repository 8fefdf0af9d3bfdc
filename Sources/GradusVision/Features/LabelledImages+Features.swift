import Gradus
import GradusData

extension LabelledImages {
    /// The picture at `position`.
    ///
    /// - Traps: when the pictures have neither 1 nor 3 channels.
    public func picture(_ position: Int) -> Image {
        let shape = imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: pixels(position))
    }

    /// What `features` says of each picture, `[N, D]`; computed on several threads.
    ///
    /// - Parameter features: from a picture to D numbers.
    /// - Traps: when there are no pictures, or `features` returns different counts.
    public func featureRows(
        file: StaticString = #fileID, line: UInt = #line, _ features: @Sendable (Image) -> [Float]
    ) -> Tensor<Float> {
        check(count > 0, "featureRows: there are no pictures", file, line)
        let length = features(picture(0)).count
        var rows = Tensor<Float>(zeros: [count, length])
        rows.withUnsafeMutableElements { rows in
            nonisolated(unsafe) let rows = rows
            Parallel.forEach(count) { position in
                let own = features(picture(position))
                check(own.count == length, "featureRows: \(own.count) features instead of \(length)", file, line)
                _ = rows[(position * length)..<((position + 1) * length)].update(fromContentsOf: own)
            }
        }
        return rows
    }
}
