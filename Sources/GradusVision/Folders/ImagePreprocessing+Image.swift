import Gradus
import GradusData

extension ImagePreprocessing {
    /// The part of an image that the network sees, in the input's size and channels, before the normalization.
    ///
    /// - Traps: when the input has neither 1 nor 3 channels.
    public func fitted(_ image: Image) -> Image {
        check(channels == 1 || channels == 3, "ImagePreprocessing: images have 1 or 3 channels, not \(channels)")
        let fitted =
            switch fit {
            case .crop(let square):
                (square.map { image.centerCropped(width: $0, height: $0) } ?? image)
                    .centerCropped(toProportions: width, height).resized(width: width, height: height, filter: filter)
            case .resizeThenCrop(let side): resizedAndCropped(image, side)
            case .object(let side): object(image, side)
            }
        return channels == 1 ? fitted.gray() : fitted.color()
    }

    /// The input for an image, `[1, H, W, C]`.
    public func callAsFunction(image: Image) -> Tensor<Float> { self(fitted(image).tensor) }

    private func resizedAndCropped(_ image: Image, _ shorterSide: Int) -> Image {
        // Most of a very long image is cropped anyway, and must not be enlarged.
        var image = image
        if image.width > 4 * image.height { image = image.centerCropped(toProportions: 4, 1) }
        if image.height > 4 * image.width { image = image.centerCropped(toProportions: 1, 4) }
        let (width, height) = (image.width, image.height)
        return image.resized(
            width: width <= height ? shorterSide : shorterSide * width / height,
            height: height <= width ? shorterSide : shorterSide * height / width, filter: filter
        ).centerCropped(width: self.width, height: self.height)
    }

    private func object(_ image: Image, _ longerSide: Int) -> Image {
        let gray = image.gray()
        let border = (0..<gray.width).flatMap { [gray[0, $0, 0], gray[gray.height - 1, $0, 0]] }
        let isDarkOnBright = border.map(Int.init).reduce(0, +) > 127 * border.count
        let object = croppedToContent(isDarkOnBright ? gray.inverted() : gray)
        let scale = Double(longerSide) / Double(max(object.width, object.height))
        let small = object.resized(
            width: max(1, Int((Double(object.width) * scale).rounded())),
            height: max(1, Int((Double(object.height) * scale).rounded())), filter: filter)
        var canvas = Canvas(width: width, height: height, background: .black)
        canvas.paste(small, x: (width - small.width) / 2, y: (height - small.height) / 2)
        return canvas.image
    }

    /// The bounding box of the pixels brighter than a tenth of the brightest one.
    private func croppedToContent(_ gray: Image) -> Image {
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

extension Image {
    /// The samples divided by 255, `[1, H, W, C]`.
    public var tensor: Tensor<Float> {
        Tensor(pixels.map { Float($0) * (1 / 255) }, shape: [1, height, width, channels])
    }
}

extension LabeledImages {
    /// The image at `position`.
    ///
    /// - Traps: when the images have neither 1 nor 3 channels.
    public func image(_ position: Int) -> Image {
        let shape = imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: pixels(position))
    }

    /// The same images, fitted to the input of a network; the same set when they have its shape.
    public func fitted(to preprocessing: ImagePreprocessing) -> LabeledImages {
        guard preprocessing.shape != imageShape else { return self }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * preprocessing.shape.reduce(1, *))
        for position in 0..<count { pixels += preprocessing.fitted(image(position)).pixels }
        return LabeledImages(
            Tensor(pixels, shape: [count] + preprocessing.shape), Tensor((0..<count).map { Int32(label($0)) }),
            classNames: classNames)
    }
}
