import Foundation
import Gradus
import GradusEvaluation
import GradusTraining
import GradusVision

/// The images of a comparison.
struct CompareImages {
    let experiment: Experiment
    let features: FeatureStore

    private var images: ChosenImages { features.images }

    /// Accuracy against the number of images, a curve for each method.
    func drawChart(_ scores: [Score], _ methods: [Method]) throws {
        let curves = methods.compactMap { method -> LineChart.Series? in
            let own = scores.filter { $0.method == method }
            return own.isEmpty ? nil : .init(method.title, own.map { (x: Double($0.count), y: 100 * $0.accuracy) })
        }
        let chart = LineChart(
            title: "Accuracy of each method", x: "images learned from",
            y: "right among \(images.test.count) test images, %", series: curves, isLogarithmicX: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: experiment.file("accuracy.svg")))
    }

    /// What the best of some methods takes for what.
    func drawConfusion(_ scores: [Score]) throws {
        guard let best = scores.max(by: { ($0.accuracy, $1.place) < ($1.accuracy, $0.place) }),
            best.confusion.count == images.classNames.count
        else { return }
        let words = String(format: "%@, %d images: %.1f %% right", best.method.title, best.count, 100 * best.accuracy)
        try ConfusionMatrixImage(best.confusion, classNames: images.classNames, title: words).drawn()
            .write(to: experiment.file("confusion-matrix.png"))
    }

    /// Some test images, each with its gradients over it.
    func drawGradients() throws {
        let magnification = max(1, 160 / images.test.imageShape[0])
        let cells = (0..<min(6, images.test.count)).flatMap { position in
            let image = images.test.image(position)
            var canvas = Canvas(width: image.width * magnification, height: image.height * magnification)
            canvas.paste(image, x: 0, y: 0, magnification: magnification)
            return [
                ImageGrid.Cell(canvas.image, caption: [images.classNames[images.test.label(position)]]),
                ImageGrid.Cell(HOGImage(image, features.descriptor).drawn(magnification: magnification)),
            ]
        }
        let side = features.descriptor.cellSize
        try ImageGrid(cells, columns: 6, title: "Directions of edges in cells of \(side) × \(side) pixels").drawn()
            .write(to: experiment.file("gradients.png"))
    }

    /// For a method of neighbors: some test images, each beside its nearest ones.
    func drawNeighbors(_ method: Method, _ count: Int) throws {
        guard method.isNeighbors else { return }
        let (test, shown) = (images.test.prefix(8), min(8, count))
        let found = NearestNeighbors(features.bytes[0..<count], method == .nearestL1 ? .manhattan : .euclidean)
            .nearest(shown, to: test.bytes).indices
        let cells = (0..<test.count).flatMap { row in
            [ImageGrid.Cell(test.image(row), caption: ["test:", images.classNames[test.label(row)]])]
                + (0..<shown).map { place in
                    let index = Int(found.element(at: row, place))
                    let label = images.training.label(index)
                    return ImageGrid.Cell(
                        images.training.image(index),
                        caption: [label == test.label(row) ? "right:" : "wrong:", images.classNames[label]])
                }
        }
        let norm = method == .nearestL1 ? "L1" : "L2"
        try ImageGrid(
            cells, columns: shown + 1, title: "Each test image and its \(shown) nearest of \(count), by \(norm)",
            magnification: 2
        ).drawn().write(to: experiment.file("neighbors-\(norm.lowercased()).png"))
    }

    /// For a linear method on pixels: its weights, an image for each class, which show what a change of each pixel says for it.
    func drawTemplates(_ method: Method, _ outcome: Outcome) throws {
        guard let templates = outcome.templates else { return }
        let shape = images.training.imageShape
        let cells = templates.classes.enumerated().sorted { $0.element < $1.element }.map { column, number in
            ImageGrid.Cell(
                template(templates.weights.slice(axis: 1, column..<(column + 1)).scalars, shape),
                caption: [images.classNames[Int(number)]])
        }
        try ImageGrid(
            cells, columns: min(5, cells.count), title: "\(method.title): what speaks for each class",
            magnification: max(1, 128 / shape[0])
        ).drawn().write(to: experiment.file("\(method.rawValue)-templates.png"))
    }

    /// Weights as an image: of color images each channel about mid-gray, of gray ones blue to red.
    private func template(_ weights: [Float], _ shape: [Int]) -> Image {
        // A few large weights, mostly at the rim, would leave all others gray.
        let sizes = weights.map(abs).sorted()
        let largest = max(sizes[(sizes.count - 1) * 99 / 100], 1e-12)
        let pixels =
            shape[2] == 1
            ? weights.map { ColorMap.diverging.color(Double($0 / largest)) }.flatMap { [$0.red, $0.green, $0.blue] }
            : weights.map { UInt8(127.5 + 127.5 * min(max($0 / largest, -1), 1)) }
        return Image(width: shape[1], height: shape[0], channels: 3, pixels: pixels)
    }
}
