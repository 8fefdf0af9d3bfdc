import Foundation
import Gradus
import GradusTraining
import GradusVision

/// Makes images with a trained generator.
struct Sample: Command {
    static let name = "sample"
    static let summary = "makes images with a trained generator."
    static let examples = [
        CommandExample("sample --count 100 --seed 7", "a hundred images in a grid"),
        CommandExample("sample --class-grid", "each class with the same noise"),
        CommandExample(
            "sample --arithmetic \"3,17,20 - 5,9,11 + 2,8,40\"",
            "calculate with the noise of samples, as the DCGAN paper does"),
    ]

    let source = GeneratorFlags()
    let drawing = DrawingFlags()
    @Flag("how many images", 1...100_000) var count = 64
    @Flag("one class a row, one noise a column") var classGrid = false
    @Flag("sums and differences of means over samples") var arithmetic: String?
    @Flag("one PNG file an image, in the folder images") var separate = false

    func prepare() throws {
        if arithmetic != nil && (classGrid || separate) {
            throw $arithmetic.error("it draws one image of its own; leave --class-grid and --separate out")
        }
        if classGrid && drawing.class != nil {
            throw $classGrid.error("it shows all classes and --class one; leave one of them out")
        }
    }

    func run() throws {
        let network = try source.load()
        _ = try drawing.labels(1, network.model)
        let folder = try OutputFolder(source.out)
        if let arithmetic {
            try draw(arithmetic, network, folder)
        } else if classGrid {
            try drawClassGrid(network, folder)
        } else {
            try drawSamples(network, folder)
        }
        folder.listFiles()
    }

    private func drawSamples(_ network: TrainedGenerator, _ folder: OutputFolder) throws {
        let model = network.model
        let labels = try drawing.labels(count, model)
        let made = Image.all(of: model.images(model.noise(count, seed: UInt64(source.seed)), labels: labels))
        guard separate else {
            let columns = Int(Double(count).squareRoot().rounded(.up))
            return try Image.mosaic(made, columns: columns, magnification: drawing.enlargement(model.imageShape))
                .write(to: folder.file("sampled.png"))
        }
        let images = folder.file("images")
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        for (index, image) in made.enumerated() {
            let number = String(repeating: "0", count: "\(count - 1)".count - "\(index)".count) + "\(index)"
            try image.write(to: "\(images)/\(number).png")
        }
    }

    /// One row a class, one noise a column: what changes in a column is the class alone.
    private func drawClassGrid(_ network: TrainedGenerator, _ folder: OutputFolder) throws {
        let (model, columns) = (network.model, 10)
        guard model.classes > 0 else { throw DrawingFlags.noClasses }
        let noise = model.noise(columns, seed: UInt64(source.seed))
        let cells = (0..<model.classes).flatMap { number in
            let made = model.images(noise, labels: Tensor(repeating: Int32(number), shape: [columns]))
            return Image.all(of: made).enumerated().map { column, image in
                ImageGrid.Cell(image, caption: [column == 0 ? network.record.classNames[number] : ""])
            }
        }
        try drawing.grid(cells, columns: columns, "One class a row, one noise a column", model.imageShape)
            .write(to: folder.file("class-grid.png"))
    }

    /// The terms of an arithmetic, each with the samples that it is the mean of, and what comes out.
    private func draw(_ text: String, _ network: TrainedGenerator, _ folder: OutputFolder) throws {
        guard let terms = noiseTerms(text, samples: count) else {
            throw $arithmetic.error(
                "expected numbers of samples below \(count), as \"3,17,20 - 5,9,11 + 2,8,40\", got \"\(text)\"")
        }
        let model = network.model
        let noise = model.noise(count, seed: UInt64(source.seed))
        // Each sample has the class that it has in the grid; means and sums have that of their first one.
        let labels = try drawing.labels(count, model)
        func cell(_ noise: Tensor<Float>, _ caption: String, of sample: Int) -> ImageGrid.Cell {
            let made = model.images(noise.expandingShape(at: 0), labels: labels?[sample..<(sample + 1)])
            return ImageGrid.Cell(Image(made[0]), caption: [caption])
        }
        let columns = (terms.map(\.samples.count).max() ?? 1) + 1
        let blank = ImageGrid.Cell(Image(width: 1, height: 1, channels: 1, filledWith: 255))
        var cells: [ImageGrid.Cell] = []
        var result = Tensor<Float>(zeros: [model.noise])
        for term in terms {
            let mean = noise.gathering(Tensor(term.samples.map { Int32($0) })).mean(axes: [0])
            result = result + mean * term.sign
            cells += term.samples.map { cell(noise[$0], "\($0)", of: $0) }
            cells += Array(repeating: blank, count: columns - 1 - term.samples.count)
            cells.append(cell(mean, term.sign > 0 ? "+ mean" : "− mean", of: term.samples[0]))
        }
        let first = terms[0].samples[0]
        cells.append(cell(result, "result", of: first))
        // Around the result: the same with a little noise, as in the paper's figure.
        let around = model.noise(columns - 1, seed: UInt64(source.seed) ^ 0xA1) * 0.25
        for index in 0..<(columns - 1) { cells.append(cell(result + around[index], "beside it", of: first)) }
        try drawing.grid(cells, columns: columns, text, model.imageShape).write(to: folder.file("arithmetic.png"))
    }
}

/// Reads an arithmetic, such as `3,17,20 - 5,9,11 + 2,8,40`: numbers of samples, the mean of whose noise is one term.
///
/// - Returns: the terms in order; nil when the text is none such, or a number is not below `count`.
func noiseTerms(_ text: String, samples count: Int) -> [(samples: [Int], sign: Float)]? {
    let words = text.split(separator: " ")
    guard words.count % 2 == 1 else { return nil }
    var terms: [(samples: [Int], sign: Float)] = []
    for index in stride(from: 0, to: words.count, by: 2) {
        let sign = index == 0 ? "+" : words[index - 1]
        let numbers = words[index].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard ["+", "-", "−"].contains(sign), numbers.allSatisfy({ (0..<count).contains($0) }) else { return nil }
        terms.append((numbers, sign == "+" ? 1 : -1))
    }
    return terms
}
