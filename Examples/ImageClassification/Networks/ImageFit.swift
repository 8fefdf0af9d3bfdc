import GradusEvaluation
import GradusVision

/// How images of all sizes and kinds become those of a training set.
enum ImageFit {
    /// Gray, bright on black, cut to the object, whose longer side becomes `longestSide` pixels: as MNIST and Fashion-MNIST are.
    case object(side: Int, longestSide: Int)
    /// The middle, resized.
    case middle(ImagePreparation)
    /// The shorter side brought to a length, then a square out of the middle: as networks for ImageNet are evaluated.
    case center(side: Int, ofShorterSide: Int)

    func callAsFunction(_ image: GradusVision.Image) -> GradusVision.Image {
        switch self {
        case .object(let side, let longestSide): Self.object(image, side, longestSide)
        case .middle(let preparation): preparation(image)
        case .center(let side, let shorter): Self.center(image, side, shorter)
        }
    }

    private static func center(_ image: GradusVision.Image, _ side: Int, _ shorter: Int) -> GradusVision.Image {
        // Of a very long image only the middle counts; the rest is not enlarged first.
        var image = image
        if image.width > 4 * image.height { image = image.centerCropped(toProportions: 4, 1) }
        if image.height > 4 * image.width { image = image.centerCropped(toProportions: 1, 4) }
        let (width, height) = (image.width, image.height)
        let resized = image.color().resized(
            width: width <= height ? shorter : shorter * width / height,
            height: height <= width ? shorter : shorter * height / width)
        return resized.centerCropped(width: side, height: side)
    }

    private static func object(_ image: GradusVision.Image, _ side: Int, _ longestSide: Int) -> GradusVision.Image {
        let gray = image.gray()
        let border = (0..<gray.width).flatMap { [gray[0, $0, 0], gray[gray.height - 1, $0, 0]] }
        let isBright = border.map(Int.init).reduce(0, +) > 127 * border.count
        let object = croppedToContent(isBright ? gray.inverted() : gray)
        let scale = Double(longestSide) / Double(max(object.width, object.height))
        let (width, height) = (
            max(1, Int((Double(object.width) * scale).rounded())),
            max(1, Int((Double(object.height) * scale).rounded()))
        )
        let small = object.resized(width: width, height: height)
        var canvas = Canvas(width: side, height: side, background: .black)
        canvas.paste(small, x: (side - width) / 2, y: (side - height) / 2)
        return canvas.image.gray()
    }

    /// The part that is brighter than a tenth of the brightest pixel.
    private static func croppedToContent(_ gray: GradusVision.Image) -> GradusVision.Image {
        let limit = Int(gray.pixels.max() ?? 0) / 10
        let bright = gray.pixels.indices.filter { Int(gray.pixels[$0]) > limit }
        let rows = bright.map { $0 / gray.width }
        let columns = bright.map { $0 % gray.width }
        guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
            return gray
        }
        return gray.cropped(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }
}
