import ExampleSupport
import Foundation
import Gradus
import GradusVision

/// The pictures of a comparison.
struct ComparePictures {
    private let folder: RunFolder
    private let store: FeatureStore

    init(_ folder: RunFolder, _ store: FeatureStore) { (self.folder, self.store) = (folder, store) }

    private var classNames: [String] { store.pictures.classNames }

    /// Accuracy against the number of pictures, a curve a method.
    func drawChart(_ record: CompareRecord) throws {
        let curves = record.settings.methods.compactMap { method -> LineChart.Series? in
            let points = record.points.filter { $0.method == method }.sorted { $0.count < $1.count }
            return points.isEmpty
                ? nil : .init(method.title, points.map { (x: Double($0.count), y: 100 * $0.accuracy) })
        }
        let chart = LineChart(
            title: "What each method makes of more pictures", x: "pictures learned from",
            y: "right among \(store.pictures.test.count) test pictures, %", series: curves, isLogarithmicX: true,
            marksPoints: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("accuracy.svg")))
    }

    /// What the best method takes for what.
    func drawConfusion(_ record: CompareRecord) throws {
        let last = record.settings.methods.compactMap(record.last)
        guard let best = last.max(by: { $0.accuracy < $1.accuracy }), best.confusion.count == classNames.count else {
            return
        }
        let words = String(format: "%@, %d pictures: %.1f %% right", best.method.title, best.count, 100 * best.accuracy)
        try ConfusionMatrixPicture(best.confusion, classNames: classNames, title: words).drawn()
            .write(to: folder.file("confusion-matrix.png"))
    }

    /// Some test pictures, each with its gradients over it.
    func drawGradients() throws {
        let magnification = max(1, 160 / store.pictures.test.imageShape[0])
        let cells = (0..<min(6, store.pictures.test.count)).flatMap { position in
            let picture = store.pictures.test.picture(position)
            var canvas = Canvas(width: picture.width * magnification, height: picture.height * magnification)
            canvas.paste(picture, x: 0, y: 0, magnification: magnification)
            return [
                ImageGrid.Cell(canvas.image, caption: [classNames[store.pictures.test.label(position)]]),
                ImageGrid.Cell(HOGPicture(picture, store.descriptor).drawn(magnification: magnification)),
            ]
        }
        let side = store.descriptor.cellSize
        try ImageGrid(cells, columns: 6, title: "Directions of edges in cells of \(side) × \(side) pixels").drawn()
            .write(to: folder.file("gradients.png"))
    }

    /// Some test pictures, each beside its nearest ones.
    func drawNeighbors(_ method: Method, _ count: Int) throws {
        let test = store.pictures.test.prefix(8)
        let (shown, magnification) = (min(8, count), 2)
        let found = NearestNeighbors(store.bytes[0..<count], method == .nearestL1 ? .manhattan : .euclidean)
            .nearest(shown, to: test.bytes).indices
        let cells = (0..<test.count).flatMap { row in
            [ImageGrid.Cell(test.picture(row), caption: ["test:", classNames[test.label(row)]])]
                + (0..<shown).map { place in
                    let index = Int(found.element(at: row, place))
                    let label = store.pictures.training.label(index)
                    return ImageGrid.Cell(
                        store.pictures.training.picture(index),
                        caption: [label == test.label(row) ? "right:" : "wrong:", classNames[label]])
                }
        }
        try ImageGrid(
            cells, columns: shown + 1,
            title: "Each test picture and its \(shown) nearest of \(count), by \(method == .nearestL1 ? "L1" : "L2")",
            magnification: magnification
        ).drawn().write(to: folder.file("neighbours-\(method == .nearestL1 ? "l1" : "l2").png"))
    }

    /// The weights of a linear method on pixels, a picture a class: what a usual change of each pixel says for the class.
    func drawTemplates(_ method: Method, _ found: LearnedRows) throws {
        guard method == .softmax || method == .linearSVM, let weights = found.weights else { return }
        let shape = store.pictures.training.imageShape
        let cells = found.classes.enumerated().sorted { $0.element < $1.element }.map { column, number in
            ImageGrid.Cell(
                TemplatePicture(weights.slice(axis: 1, column..<(column + 1)).scalars, shape).drawn(),
                caption: [classNames[Int(number)]])
        }
        try ImageGrid(
            cells, columns: min(5, cells.count), title: "\(method.title): what speaks for each class",
            magnification: max(1, 128 / shape[0])
        ).drawn().write(to: folder.file("\(method == .softmax ? "softmax" : "linear-svm")-templates.png"))
    }
}
