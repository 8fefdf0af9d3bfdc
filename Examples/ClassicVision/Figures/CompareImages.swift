import ExampleSupport
import Foundation
import Gradus
import GradusEvaluation
import GradusVision

/// The images of a comparison.
struct CompareImages {
    private let folder: RunFolder
    private let store: FeatureStore

    init(_ folder: RunFolder, _ store: FeatureStore) { (self.folder, self.store) = (folder, store) }

    private var classNames: [String] { store.images.classNames }

    /// Accuracy against the number of images, a curve a method.
    func drawChart(_ record: CompareRecord) throws {
        let curves = record.settings.methods.compactMap { method -> LineChart.Series? in
            let points = record.points.filter { $0.method == method }.sorted { $0.count < $1.count }
            return points.isEmpty
                ? nil : .init(method.title, points.map { (x: Double($0.count), y: 100 * $0.accuracy) })
        }
        let chart = LineChart(
            title: "What each method makes of more images", x: "images learned from",
            y: "right among \(store.images.test.count) test images, %", series: curves, isLogarithmicX: true,
            marksPoints: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("accuracy.svg")))
    }

    /// What the best method takes for what.
    func drawConfusion(_ record: CompareRecord) throws {
        let last = record.settings.methods.compactMap(record.last)
        guard let best = last.max(by: { $0.accuracy < $1.accuracy }), best.confusion.count == classNames.count else {
            return
        }
        let words = String(format: "%@, %d images: %.1f %% right", best.method.title, best.count, 100 * best.accuracy)
        try ConfusionMatrixImage(best.confusion, classNames: classNames, title: words).drawn()
            .write(to: folder.file("confusion-matrix.png"))
    }

    /// Some test images, each with its gradients over it.
    func drawGradients() throws {
        let magnification = max(1, 160 / store.images.test.imageShape[0])
        let cells = (0..<min(6, store.images.test.count)).flatMap { position in
            let image = store.images.test.image(position)
            var canvas = Canvas(width: image.width * magnification, height: image.height * magnification)
            canvas.paste(image, x: 0, y: 0, magnification: magnification)
            return [
                ImageGrid.Cell(canvas.image, caption: [classNames[store.images.test.label(position)]]),
                ImageGrid.Cell(HOGImage(image, store.descriptor).drawn(magnification: magnification)),
            ]
        }
        let side = store.descriptor.cellSize
        try ImageGrid(cells, columns: 6, title: "Directions of edges in cells of \(side) × \(side) pixels").drawn()
            .write(to: folder.file("gradients.png"))
    }

    /// Some test images, each beside its nearest ones.
    func drawNeighbors(_ method: Method, _ count: Int) throws {
        let test = store.images.test.prefix(8)
        let (shown, magnification) = (min(8, count), 2)
        let found = NearestNeighbors(store.bytes[0..<count], method == .nearestL1 ? .manhattan : .euclidean)
            .nearest(shown, to: test.bytes).indices
        let cells = (0..<test.count).flatMap { row in
            [ImageGrid.Cell(test.image(row), caption: ["test:", classNames[test.label(row)]])]
                + (0..<shown).map { place in
                    let index = Int(found.element(at: row, place))
                    let label = store.images.training.label(index)
                    return ImageGrid.Cell(
                        store.images.training.image(index),
                        caption: [label == test.label(row) ? "right:" : "wrong:", classNames[label]])
                }
        }
        try ImageGrid(
            cells, columns: shown + 1,
            title: "Each test image and its \(shown) nearest of \(count), by \(method == .nearestL1 ? "L1" : "L2")",
            magnification: magnification
        ).drawn().write(to: folder.file("neighbors-\(method == .nearestL1 ? "l1" : "l2").png"))
    }

    /// The weights of a linear method on pixels, an image a class: what a usual change of each pixel says for the class.
    func drawTemplates(_ method: Method, _ found: LearnedRows) throws {
        guard method == .softmax || method == .linearSVM, let weights = found.weights else { return }
        let shape = store.images.training.imageShape
        let cells = found.classes.enumerated().sorted { $0.element < $1.element }.map { column, number in
            ImageGrid.Cell(
                TemplateImage(weights.slice(axis: 1, column..<(column + 1)).scalars, shape).drawn(),
                caption: [classNames[Int(number)]])
        }
        try ImageGrid(
            cells, columns: min(5, cells.count), title: "\(method.title): what speaks for each class",
            magnification: max(1, 128 / shape[0])
        ).drawn().write(to: folder.file("\(method == .softmax ? "softmax" : "linear-svm")-templates.png"))
    }
}
