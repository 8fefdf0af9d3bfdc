import GradusVision

/// How pictures of all sizes and kinds become those of a training set.
enum PictureFit {
    /// Grey, bright on black, cut to the object, whose longer side becomes `longestSide` pixels: as MNIST and Fashion-MNIST are.
    case object(side: Int, longestSide: Int)
    /// The middle, resized.
    case middle(PicturePreparation)
    /// The shorter side brought to a length, then a square out of the middle: as networks for ImageNet are judged.
    case centre(side: Int, ofShorterSide: Int)

    func callAsFunction(_ picture: GradusVision.Image) -> GradusVision.Image {
        switch self {
        case .object(let side, let longestSide): Self.object(picture, side, longestSide)
        case .middle(let preparation): preparation(picture)
        case .centre(let side, let shorter): Self.centre(picture, side, shorter)
        }
    }

    private static func centre(_ picture: GradusVision.Image, _ side: Int, _ shorter: Int) -> GradusVision.Image {
        // Of a very long picture only the middle counts; the rest is not enlarged first.
        var picture = picture
        if picture.width > 4 * picture.height { picture = picture.centerCropped(toProportions: 4, 1) }
        if picture.height > 4 * picture.width { picture = picture.centerCropped(toProportions: 1, 4) }
        let (width, height) = (picture.width, picture.height)
        let resized = picture.color().resized(
            width: width <= height ? shorter : shorter * width / height,
            height: height <= width ? shorter : shorter * height / width)
        return resized.centerCropped(width: side, height: side)
    }

    private static func object(_ picture: GradusVision.Image, _ side: Int, _ longestSide: Int) -> GradusVision.Image {
        let grey = picture.grey()
        let border = (0..<grey.width).flatMap { [grey[0, $0, 0], grey[grey.height - 1, $0, 0]] }
        let isBright = border.map(Int.init).reduce(0, +) > 127 * border.count
        let object = croppedToContent(isBright ? grey.inverted() : grey)
        let scale = Double(longestSide) / Double(max(object.width, object.height))
        let (width, height) = (
            max(1, Int((Double(object.width) * scale).rounded())),
            max(1, Int((Double(object.height) * scale).rounded()))
        )
        let small = object.resized(width: width, height: height)
        var canvas = Canvas(width: side, height: side, background: .black)
        canvas.paste(small, x: (side - width) / 2, y: (side - height) / 2)
        return canvas.image.grey()
    }

    /// The part that is brighter than a tenth of the brightest pixel.
    private static func croppedToContent(_ grey: GradusVision.Image) -> GradusVision.Image {
        let limit = Int(grey.pixels.max() ?? 0) / 10
        let bright = grey.pixels.indices.filter { Int(grey.pixels[$0]) > limit }
        let rows = bright.map { $0 / grey.width }
        let columns = bright.map { $0 % grey.width }
        guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
            return grey
        }
        return grey.cropped(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }
}
