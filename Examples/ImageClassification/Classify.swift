import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// Names the likeliest classes of the user's own images.
struct Classify: Command {
    static let name = "classify"
    static let summary =
        "names the likeliest classes of images, or of all images in a folder, with a network that this program has trained, or "
        + "with a published one. Images that cannot be read are named, and the exit code is 1 then."
    static let examples = [
        CommandExample("classify shoe.png bag.png", "with the network of the latest run"),
        CommandExample("classify holiday", "all images of a folder"),
        CommandExample(
            "classify dog.jpg --out out/cifar --top 5", "the five likeliest, with the network of another run"),
        CommandExample("classify dog.jpg --model mobilenetv2", "with a published network for ImageNet's 1000 classes"),
    ]

    @Operands("images, or folders of images", placeholder: "IMAGE|FOLDER") var images: [String]
    let network = NetworkFlags()
    @Flag("how many classes are named", 1...1000) var top = 3
    @Flag(
        "the layers of --model beside PyTorch's, as Tests/Reference/activations.py writes them", placeholder: "FILE")
    var compare: String?

    func prepare() throws {
        if compare != nil && network.model == nil { throw UsageError("a file of --compare belongs to --model NAME") }
        if network.$out.isGiven && network.model != nil {
            throw UsageError("a run is named by --out, a network with published weights by --model: choose one")
        }
        try network.check()
        if images.isEmpty && compare == nil { throw UsageError("classify needs images: classify shoe.png bag.png") }
        if network.model != nil { $top.setDefault(5) }
    }

    func run() throws {
        // Published weights are large: they are loaded for the first image that can be read, or for --compare.
        var loaded = network.model == nil ? try network.load() : nil
        func classifier() throws -> ImageClassifier {
            let known = try loaded ?? network.load()
            loaded = known
            return known
        }
        if let compare { try compareLayers(classifier(), compare) }
        var (cells, count): ([ImageGrid.Cell], Int) = ([], 0)
        let unread = try ImageFiles(images).forEach { file, image in
            let classifier = try classifier()
            let seen = classifier.preprocessing.fitted(image)
            let guesses = classifier.guesses(classifier.input(seen.tensor), count: top)
            show(file, guesses, image)
            count += 1
            // A folder may hold any number of images; the figure shows the first ones.
            guard network.model == nil, count <= Self.largestGrid else { return }
            let caption = "\(guesses[0].name) \(percent(guesses[0].probability))"
            cells.append(ImageGrid.Cell(seen, caption: [URL(fileURLWithPath: file).lastPathComponent, caption]))
        } unreadable: {
            FileHandle.standardError.write(Data("error: \($0)\n".utf8))
        }
        if !cells.isEmpty {
            let results = try network.results("")
            try ImageGrid(
                cells, columns: 6,
                title: count > cells.count ? "The first \(cells.count) of \(count) images" : "What the network saw",
                magnification: max(1, 140 / cells[0].image.width)
            ).drawn().write(to: results.file("classified.png"))
            results.listFiles()
        }
        if let unread { throw unread }
    }

    private static let largestGrid = 120

    /// Prints the guesses: in one line for a network of a run; in a line each, with the number of the class, for a published
    /// one, which has many classes.
    private func show(_ file: String, _ guesses: [ImageClassifier.Guess], _ image: Image) {
        func warnIfOneColor() {
            let first = image.pixels.prefix(image.channels)
            let hasOneColor = stride(from: 0, to: image.pixels.count, by: image.channels).allSatisfy {
                image.pixels[$0..<($0 + image.channels)].elementsEqual(first)
            }
            guard hasOneColor else { return }
            GradusTraining.show("  all pixels have the same color: what the network says of them means nothing")
        }
        guard network.model != nil else {
            let words = guesses.map { "\($0.name) \(percent($0.probability))" }
            GradusTraining.show("\(file): \(words.joined(separator: ", "))")
            return warnIfOneColor()
        }
        GradusTraining.show(file)
        warnIfOneColor()
        for guess in guesses {
            GradusTraining.show(
                String(format: "  %5.1f %%  %@ (class %d)", 100 * guess.probability, guess.name, guess.classIndex))
        }
    }

    /// Prints how much the layers' outputs differ from PyTorch's, and the first layer that differs.
    private func compareLayers(_ classifier: ImageClassifier, _ file: String) throws {
        let outputs = try SafeTensors(contentsOf: URL(fileURLWithPath: file)).tensors
        guard let input = outputs["input"], input.rank == 4, input.shape[1] == classifier.inputShape[2] else {
            throw FileError(
                path: file, problem: "holds no \"input\" [N, C, H, W]; Tests/Reference/activations.py writes such files"
            )
        }
        let comparison = ActivationComparison(classifier, on: input.transposed([0, 2, 3, 1]), with: outputs)
        GradusTraining.show("largest differences, in parts of the largest number of each layer:\n\(comparison)")
        if let row = comparison.firstDifference {
            GradusTraining.show("the first layer that differs: \(row.name) (\(row.kind))")
        } else {
            GradusTraining.show("all \(comparison.rows.count) layers agree within \(comparison.tolerance)")
        }
    }
}
