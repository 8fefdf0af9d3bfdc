import ExampleSupport
import Foundation
import Gradus
import GradusVision

/// Makes images with a trained generator.
struct SampleCommand {
    private let flags: Flags
    private let count: Int
    private let seed: Int
    private let classNumber: Int?
    private let magnification: Int?

    init(_ flags: Flags) throws {
        self.flags = flags
        count = try flags.integer("--count", in: 1...100_000) ?? 64
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        classNumber = try flags.integer("--class", in: 0...999)
        magnification = try flags.integer("--magnification", in: 1...32)
        if flags.has("--arithmetic") && (flags.has("--class-grid") || flags.has("--separate")) {
            throw UsageError("--arithmetic draws one image of its own; leave --class-grid and --separate out")
        }
        if flags.has("--class-grid") && classNumber != nil {
            throw UsageError("--class-grid shows all classes and --class one; leave one of them out")
        }
    }

    func run() throws {
        let network = try TrainedGenerator(flags)
        if (flags.has("--class-grid") || classNumber != nil) && network.classes == 0 {
            throw UsageError("this generator knows no classes; train one with --conditional")
        }
        if let classNumber, classNumber >= network.classes {
            throw UsageError("--class takes a number from 0 to \(network.classes - 1), got \(classNumber)")
        }
        let folder = try RunFolder(flags.text("--out") ?? "out/image-generation")
        if let text = flags.text("--arithmetic") {
            try drawArithmetic(text, network, folder)
        } else if flags.has("--class-grid") {
            try drawClassGrid(network, folder)
        } else {
            try drawSamples(network, folder)
        }
        folder.listFiles()
    }

    private func enlarged(_ network: TrainedGenerator) -> Int {
        magnification ?? usualMagnification(network.shape)
    }

    private func drawSamples(_ network: TrainedGenerator, _ folder: RunFolder) throws {
        let labels = classNumber.map { Tensor(repeating: Int32($0), shape: [count]) }
        let made = imagesFromSamples(network.samples(count, seed: seed, labels: labels))
        if flags.has("--separate") {
            let samples = "\(folder.path)/images"
            try FileManager.default.createDirectory(atPath: samples, withIntermediateDirectories: true)
            let digits = "\(count - 1)".count
            for (index, image) in made.enumerated() {
                let number = String(repeating: "0", count: digits - "\(index)".count) + "\(index)"
                try image.write(to: "\(samples)/\(number).png")
            }
            folder.note(samples)
        } else {
            let columns = max(1, Int(Double(count).squareRoot().rounded(.up)))
            try mosaic(made, columns: columns, magnification: enlarged(network)).write(to: folder.file("sampled.png"))
        }
    }

    /// One row a class, one noise a column: what changes in a column is the class alone.
    private func drawClassGrid(_ network: TrainedGenerator, _ folder: RunFolder) throws {
        let columns = 10
        let noise = network.noise(columns, seed: seed)
        let rows = (0..<network.classes).flatMap { number in
            imagesFromSamples(network.images(noise, labels: Tensor(repeating: Int32(number), shape: [columns])))
        }
        let cells = rows.enumerated().map { index, image in
            let name = index % columns == 0 ? network.record.classNames[index / columns] : ""
            return ImageGrid.Cell(image, caption: [name])
        }
        try ImageGrid(
            cells, columns: columns, title: "One class a row, one noise a column", magnification: enlarged(network)
        ).drawn().write(to: folder.file("class-grid.png"))
    }

    /// The terms of an arithmetic, each with the samples that it is the mean of, and what comes out.
    private func drawArithmetic(_ text: String, _ network: TrainedGenerator, _ folder: RunFolder) throws {
        guard let arithmetic = NoiseArithmetic(text, samples: count) else {
            throw UsageError(
                "--arithmetic takes numbers of samples below \(count), as \"3,17,20 - 5,9,11 + 2,8,40\", got \"\(text)\""
            )
        }
        let noise = network.noise(count, seed: seed)
        func image(_ noise: Tensor<Float>) -> Image {
            let labels = network.classes == 0 ? nil : Tensor(repeating: Int32(classNumber ?? 0), shape: [1])
            return imagesFromSamples(network.images(noise.expandingShape(at: 0), labels: labels))[0]
        }
        var cells: [ImageGrid.Cell] = []
        let columns = (arithmetic.terms.map(\.samples.count).max() ?? 1) + 1
        for (term, mean) in zip(arithmetic.terms, arithmetic.means(noise)) {
            let own = term.samples.map { ImageGrid.Cell(image(noise[$0]), caption: ["\($0)"]) }
            let blank = Image(width: 1, height: 1, channels: 1, filledWith: 255)
            cells += own + Array(repeating: ImageGrid.Cell(blank), count: columns - 1 - own.count)
            cells.append(ImageGrid.Cell(image(mean), caption: [term.sign > 0 ? "+ mean" : "− mean"]))
        }
        cells.append(ImageGrid.Cell(image(arithmetic.result(noise)), caption: ["result"]))
        // Around the result: the same with a little noise, as in the paper's figure.
        let around = Tensor<Float>(
            normal: [columns - 1, network.model.noise], deviation: 0.25,
            using: RandomGenerator(seed: UInt64(seed) ^ 0xA1))
        for index in 0..<(columns - 1) {
            cells.append(ImageGrid.Cell(image(arithmetic.result(noise) + around[index]), caption: ["beside it"]))
        }
        try ImageGrid(cells, columns: columns, title: text, magnification: enlarged(network)).drawn()
            .write(to: folder.file("arithmetic.png"))
    }

    static let help = HelpText(
        program: "image-generation sample",
        summary: "makes images with a trained generator.",
        examples: [
            ("swift run -c release image-generation sample --count 100 --seed 7", "a hundred images in a grid"),
            ("swift run -c release image-generation sample --class-grid", "each class with the same noise"),
            (
                "swift run -c release image-generation sample --arithmetic \"3,17,20 - 5,9,11 + 2,8,40\"",
                "calculate with the noise of samples, as the DCGAN paper does"
            ),
        ],
        flags: generatorFlags + [
            FlagSpecification("--count", .value("N"), "how many images (default 64)"),
            FlagSpecification("--class", .value("N"), "only of this class, counted from 0"),
            FlagSpecification("--class-grid", .toggle, "one class a row, one noise a column"),
            FlagSpecification("--arithmetic", .value("TEXT"), "sums and differences of means over samples"),
            FlagSpecification("--separate", .toggle, "one PNG file an image, in the folder images"),
        ])

    /// The flags that all commands with a trained generator have.
    static let generatorFlags = [
        FlagSpecification("--help", .toggle, "print this text"),
        FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/image-generation)"),
        FlagSpecification("--generator", .value("FILE"), "the network (default: the run's generator.safetensors)"),
        FlagSpecification("--seed", .value("N"), "choose the noise (default 1)"),
        FlagSpecification("--magnification", .value("N"), "how much each pixel is enlarged"),
        FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
    ]
}
