import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// Names what a trained network sees in pictures of the user's own.
struct Classification {
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func run() throws {
        let checkpoint = "\(settings.out)/checkpoint.safetensors"
        guard FileManager.default.fileExists(atPath: checkpoint) else {
            throw FileError(path: checkpoint, reason: "is not there; train first, or name the run's folder with --out")
        }
        let model = TFLayersNet()
        let state = try Checkpoint.loadState(into: model, from: checkpoint)
        let run = try ResumedRun(state.notes, checkpoint)
        let names = run.dataset == .fashion ? FashionMNIST.classNames : (0..<10).map(String.init)
        let folder = try RunFolder(settings.out)

        // All pictures are read before the first is named, so that a bad file stops the program early.
        let pictures = try settings.pictures.map { try Image(contentsOf: $0) }
        let cells = zip(settings.pictures, pictures).map { path, picture in
            let seen = asInTraining(picture, longestSide: run.dataset == .fashion ? 28 : 20)
            let pixels = Tensor(seen.pixels.map { Float($0) / 255 }, shape: [1, 28, 28, 1])
            let (values, classes) = model(pixels, .inference).softmax().topK(3)
            let guesses = (0..<3).map { place in
                let percent = String(format: "%.1f %%", 100 * values.element(at: 0, place))
                return "\(names[Int(classes.element(at: 0, place))]) \(percent)"
            }
            show("\(path): \(guesses.joined(separator: ", "))")
            return ImageGrid.Cell(seen, caption: [URL(fileURLWithPath: path).lastPathComponent, guesses[0]])
        }
        let grid = ImageGrid(cells, columns: 6, title: "What the network saw", magnification: 5)
        try grid.drawn().write(to: folder.file("classified.png"))
        folder.listFiles()
    }

    /// The picture as those of the training set are: bright on black, grey, centred in 28 × 28 pixels.
    private func asInTraining(_ picture: GradusVision.Image, longestSide: Int) -> GradusVision.Image {
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
        var canvas = Canvas(width: 28, height: 28, background: .black)
        canvas.paste(small, x: (28 - width) / 2, y: (28 - height) / 2)
        return canvas.image.grey()
    }

    /// The part that is brighter than a tenth of the brightest pixel.
    private func croppedToContent(_ grey: GradusVision.Image) -> GradusVision.Image {
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
