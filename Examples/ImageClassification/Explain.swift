import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// Looks into a network: draws what was asked for, of every image that was named.
struct Explain: Command {
    static let name = "explain"
    static let summary =
        "looks into a network and draws what it finds: the filters of its first layer, what its layers make of an image, which "
        + "pixels its answer depends on, images that raise the score of a class, and which images it holds to be alike."
    static let examples = [
        CommandExample("explain cat.jpg --model mobilenetv2", "a pretrained network and a photograph of yours"),
        CommandExample("explain", "the network of the latest run, on a test image"),
        CommandExample(
            "explain cat.jpg --model mobilenetv2 --show occlusion --class tabby", "for a class that you choose"),
    ]

    @Operands("images; by default one of the test images", placeholder: "IMAGE") var images: [String]
    let network = NetworkFlags()
    @Flag("what is drawn; by default all that is possible") var show: [Part] = []
    @Flag("classes by name or number; by default the likeliest of each image", placeholder: "NAME") var `class`:
        [String] = []
    @Flag("layers whose feature maps are drawn; list prints their names", placeholder: "NAME") var layers: [String] = []
    @Flag("steps of class visualization", 1...10_000) var steps = 64
    @Flag("images for the embedding, one subfolder a class; by default the run's own", placeholder: "FOLDER")
    var data: String?
    @Flag("images in the embedding at most", 3...5_000) var count = 400
    @Flag("chooses noise and images", 0...Int(Int32.max)) var seed = 1

    enum Part: String, FlagValue, CaseIterable {
        case filters
        case featureMaps = "feature-maps"
        case saliency, occlusion, classes, embedding
    }

    func prepare() throws { try network.check() }

    func run() throws {
        let classifier = try network.load()
        let shown = try shownImages(classifier)
        if layers == ["list"] { return listLayers(classifier) }
        showTable([
            ("network", "\(classifier.network.name), \(try network.path()), \(classifier.classes) classes"),
            ("seed", "\(seed)"),
        ])
        for (name, image) in shown {
            let guesses = classifier.guesses(classifier.input(image.tensor), count: 3).map {
                "\($0.name) \(percent($0.probability))"
            }
            GradusTraining.show("\(name): \(guesses.joined(separator: "; "))")
        }
        let results = try network.results("explain")
        func isAsked(_ part: Part) -> Bool { show.isEmpty || show.contains(part) }
        if isAsked(.filters) { try classifier.filterFigure()?.write(to: results.file("filters.png")) }
        for (index, image) in shown.map(\.image).enumerated() {
            let suffix = shown.count == 1 ? "" : "-\(index + 1)"
            if isAsked(.featureMaps) { try drawFeatureMaps(classifier, image, suffix, results) }
            if isAsked(.saliency) {
                let chosen = try classes(classifier, image, count: 1)[0]
                try classifier.saliencyFigure(image, classIndex: chosen, seed: seed)
                    .write(to: results.file("saliency\(suffix).png"))
            }
            if isAsked(.occlusion) {
                try classifier.occlusionFigure(image, classes: classes(classifier, image, count: 2))
                    .write(to: results.file("occlusion\(suffix).png"))
            }
        }
        if isAsked(.classes) {
            // A network of few classes shows all of them.
            let isSmall = `class`.isEmpty && classifier.classes <= 10
            let chosen = isSmall ? Array(0..<classifier.classes) : try classes(classifier, shown[0].image, count: 3)
            try classifier.classFigure(chosen, steps: steps, seed: seed)
                .write(to: results.file("classes.png"))
        }
        if isAsked(.embedding) {
            if let set = try imageSet(classifier, count: count), set.count > 2 {
                try classifier.embeddingFigure(set).write(to: results.file("embedding.png"))
            } else if !show.isEmpty {
                throw UsageError("an embedding needs images: --data FOLDER, with one subfolder a class")
            }
        }
        results.listFiles()
    }

    /// The images that were named, or one that the network's run was tested with, as the network sees them.
    private func shownImages(_ classifier: ImageClassifier) throws -> [(name: String, image: Image)] {
        if !images.isEmpty {
            return try images.map {
                (URL(fileURLWithPath: $0).lastPathComponent, classifier.preprocessing.fitted(try Image(contentsOf: $0)))
            }
        }
        guard let tests = try imageSet(classifier, count: 1), tests.count > 0 else {
            throw UsageError("explain needs an image: explain cat.jpg --model \(classifier.network.name)")
        }
        return [("a test image", tests.image(0))]
    }

    /// At most `count` images of a folder, or of those that the run was evaluated on, as the network sees them; nil when there
    /// are none.
    private func imageSet(_ classifier: ImageClassifier, count: Int) throws -> LabeledImages? {
        if let data {
            return try ImageFolder(data).loaded(classifier.preprocessing, limit: count, seed: seed)
        }
        guard let own = try network.images()?.load().test else { return nil }
        // The center of larger images, as in evaluation.
        let (shape, size) = (own.imageShape, classifier.inputShape)
        return own.shuffled(seed: seed).prefix(count).fitted(
            to: ImagePreprocessing(
                height: size[0], width: size[1], channels: size[2],
                fit: .resizeThenCrop(shorterSide: min(shape[0], shape[1]))))
    }

    private func classes(_ classifier: ImageClassifier, _ image: Image, count: Int) throws -> [Int] {
        if `class`.isEmpty { return classifier.guesses(classifier.input(image.tensor), count: count).map(\.classIndex) }
        return try `class`.map { text in
            guard let index = classifier.classIndex(named: text) else {
                throw UsageError("for --class \(text) the network has no such class; \(namesLike(text, classifier))")
            }
            return index
        }
    }

    /// The names that have a word in them, else the nearest one and some of all.
    private func namesLike(_ text: String, _ classifier: ImageClassifier) -> String {
        let names = classifier.classNames
        let alike = names.indices.filter { names[$0].lowercased().contains(text.lowercased()) }
        if !alike.isEmpty {
            let more = alike.count > 8 ? " and \(alike.count - 8) more" : ""
            let words = alike.prefix(8).map { "\"\(classifier.shortName($0))\" (\($0))" }
            return "names like it are \(words.joined(separator: ", "))\(more)"
        }
        let guess = nearest(to: text, among: names.flatMap { $0.components(separatedBy: ", ") })
        return (guess.map { "did you mean \"\($0)\"? " } ?? "")
            + "Its \(names.count) classes are called \(names.prefix(3).joined(separator: ", ")), …"
    }

    private func listLayers(_ classifier: ImageClassifier) {
        let record = classifier.recorded(Tensor(zeros: [1] + classifier.inputShape)).record
        for entry in record.entries where entry.output.rank == 4 {
            let size = entry.output.shape.dropFirst().map { "\($0)" }.joined(separator: " × ")
            GradusTraining.show("\(entry.name)  \(entry.kind)  \(size)")
        }
    }

    private func drawFeatureMaps(
        _ classifier: ImageClassifier, _ image: Image, _ suffix: String, _ results: OutputFolder
    ) throws {
        let record = classifier.recorded(classifier.input(image.tensor)).record
        let names = record.entries.filter { $0.output.rank == 4 && $0.output.shape[1] > 1 }.map(\.name)
        if let unknown = layers.first(where: { !names.contains($0) }) {
            throw UsageError("no layer called \(unknown) makes maps; --layers list prints them all")
        }
        // Else one near the beginning, one in the middle, the last.
        let worth = classifier.body.layersWorthShowing.filter { names.contains($0) }
        let all = worth.isEmpty ? names : worth
        let usual = Set([0, all.count / 2, all.count - 1]).sorted().filter { all.indices.contains($0) }.map { all[$0] }
        for name in layers.isEmpty ? usual : layers {
            guard let output = record[name] else { continue }
            try classifier.mapFigure(output, layer: name)
                .write(to: results.file("feature-maps-\(name)\(suffix).png"))
        }
    }
}
