import Gradus
import GradusData
import GradusVision
import Testing

/// What a network sees of an image.
@Suite struct ImagePreprocessingTests {
    private let fits: [ImagePreprocessing.Fit] = [
        .crop(), .crop(square: 3), .resizeThenCrop(shorterSide: 9), .object(longerSide: 5),
    ]

    /// Also of images of one pixel or one row, in gray and in color.
    @Test func everyImageGetsTheInputsShape() {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (7, 7), (600, 3), (13, 29)] {
            for channels in [1, 3] {
                let image = pattern(width, height, channels)
                for fit in fits {
                    for (h, w, c) in [(7, 7, 3), (7, 5, 1)] {
                        let preprocessing = ImagePreprocessing(
                            height: h, width: w, channels: c, fit: fit, normalization: .perImage)
                        let seen = preprocessing.fitted(image)
                        #expect([seen.height, seen.width, seen.channels] == [h, w, c], "\(width) × \(height), \(fit)")
                        let input = preprocessing(image: image)
                        #expect(input.shape == [1, h, w, c] && input == preprocessing(seen.tensor))
                    }
                }
            }
        }
    }

    @Test func theCenterIsCropped() {
        // A white square in the middle of black: cut to it, all is white.
        var image = Image(width: 40, height: 20, channels: 1)
        for y in 0..<20 { for x in 10..<30 { image[y, x] = 255 } }
        let white = ImagePreprocessing(height: 4, width: 4, channels: 1)
        #expect(white.fitted(image).pixels == Array(repeating: 255, count: 16))
        var dot = Image(width: 21, height: 21, channels: 1)
        for y in 8..<13 { for x in 8..<13 { dot[y, x] = 200 } }
        let cut = ImagePreprocessing(height: 5, width: 5, fit: .crop(square: 5)).fitted(dot)
        #expect(cut == Image(width: 5, height: 5, channels: 3, filledWith: 200))
    }

    /// torchvision's `Resize(8)` then `CenterCrop(4)`.
    @Test func theShorterSideIsResizedThenCropped() {
        let image = pattern(32, 16, 3)
        let fitted = ImagePreprocessing(height: 4, width: 4, fit: .resizeThenCrop(shorterSide: 8), filter: .bilinear)
            .fitted(image)
        #expect(
            fitted == image.resized(width: 16, height: 8, filter: .bilinear).cropped(x: 6, y: 2, width: 4, height: 4))
    }

    /// A dark disk on white paper becomes a bright one on black, of the wanted size and in the middle.
    @Test func objectsAreBrightAndCentered() {
        var page = Image(width: 60, height: 50, channels: 3, filledWith: 250)
        for y in 5..<25 { for x in 30..<40 { for c in 0..<3 { page[y, x, c] = 10 } } }
        let preprocessing = ImagePreprocessing(height: 28, width: 28, channels: 1, fit: .object(longerSide: 20))
        let seen = preprocessing.fitted(page)
        let bright = seen.pixels.indices.filter { seen.pixels[$0] > 127 }
        let (rows, columns) = (bright.map { $0 / 28 }, bright.map { $0 % 28 })
        #expect(rows.min() == 4 && rows.max() == 23 && columns.min() == 9 && columns.max() == 18)
        #expect(preprocessing.fitted(page.inverted()) == seen)
    }

    @Test func setsAreFittedLikeTheirImages() {
        let images = (0..<3).map { pattern(9 + 2 * $0, 9 + 2 * $0, 3).resized(width: 9, height: 9) }
        let set = LabeledImages(
            Tensor(images.flatMap(\.pixels), shape: [3, 9, 9, 3]), Tensor([1, 0, 1]), classNames: ["a", "b"])
        let preprocessing = ImagePreprocessing(height: 5, width: 4, channels: 1)
        let fitted = set.choosing([2, 0]).fitted(to: preprocessing)
        #expect(fitted.imageShape == [5, 4, 1] && fitted.classNames == ["a", "b"])
        #expect(fitted.image(0) == preprocessing.fitted(images[2]) && fitted.label(0) == 1)
        #expect(fitted.image(1) == preprocessing.fitted(images[0]) && fitted.count == 2)
    }
}
