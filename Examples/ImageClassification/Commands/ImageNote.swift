import GradusVision

extension GradusVision.Image {
    /// What a reader should know before the image's classes are believed; `nil` for an ordinary one.
    var note: String? {
        let first = pixels.prefix(channels)
        let hasOneColor = stride(from: 0, to: pixels.count, by: channels).allSatisfy {
            pixels[$0..<($0 + channels)].elementsEqual(first)
        }
        return hasOneColor ? "all pixels have the same color: what the network says of them means nothing" : nil
    }
}
