import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusVision

/// Looks into a network: draws what was asked for, of every image that was named.
struct ExplainCommand {
    private let settings: ExplainSettings
    private let subject: ExplainedNetwork
    private let folder: RunFolder

    private var classifier: Classifier { subject.classifier }

    init(_ flags: Flags) throws {
        settings = try ExplainSettings(flags)
        subject = try ExplainedNetwork(flags)
        folder = try RunFolder(subject.folder)
    }

    func run() throws {
        if settings.layers == ["list"] { return try listLayers() }
        let photographs = try shownImages()
        describe(photographs)
        if settings.parts.contains(.filters) { try drawFilters(photographs[0].image) }
        for (index, photograph) in photographs.enumerated() {
            let suffix = photographs.count == 1 ? "" : "-\(index + 1)"
            try explain(photograph.image, suffix)
        }
        if settings.parts.contains(.classes) { try drawClasses(photographs) }
        if settings.parts.contains(.embedding) { try drawEmbedding() }
        folder.listFiles()
    }

    /// The images that were named, or one that the network's run was tested with, as the network sees them.
    private func shownImages() throws -> [(name: String, image: GradusVision.Image)] {
        if !settings.images.isEmpty {
            return try settings.images.map { path in
                (URL(fileURLWithPath: path).lastPathComponent, classifier.fit.fitted(try Image(contentsOf: path)))
            }
        }
        guard let tests = try subject.images(settings.data, seed: settings.seed, count: 1), tests.count > 0 else {
            throw UsageError("explain needs an image: explain cat.jpg --model \(classifier.name)")
        }
        return [("a test image", tests.image(0))]
    }

    private func describe(_ photographs: [(name: String, image: GradusVision.Image)]) {
        showHeader(
            "image-classification explain",
            [("seed", "\(settings.seed)"), ("network", "\(classifier.title), \(classifier.classNames.count) classes")])
        for (name, image) in photographs {
            let guesses = classifier.guesses(image, count: 3).map { "\($0.name) \(percent($0.probability))" }
            show("\(name): \(guesses.joined(separator: "; "))")
        }
    }

    private func classes(of image: GradusVision.Image, count: Int) throws -> [Int] {
        if !settings.classes.isEmpty {
            return try settings.classes.map { text in
                guard let index = classifier.classIndex(text) else {
                    throw UsageError(
                        "--class \(text): the network has no such class; \(classifier.namesLike(text))")
                }
                return index
            }
        }
        let (_, order) = Tensor(classifier.probabilities(ofInput: classifier.input(image))).topK(
            min(count, classifier.classNames.count))
        return order.scalars.map { Int($0) }
    }

    private func drawFilters(_ image: GradusVision.Image) throws {
        let image = FilterImage(classifier: classifier, channels: image.channels).drawn()
        try image?.write(to: folder.file("filters.png"))
    }

    private func explain(_ image: GradusVision.Image, _ suffix: String) throws {
        if settings.parts.contains(.featureMaps) { try drawFeatureMaps(image, suffix) }
        if settings.parts.contains(.saliency) {
            try SaliencyImage(classifier: classifier, seed: settings.seed)
                .drawn(image, classIndex: classes(of: image, count: 1)[0])
                .write(to: folder.file("saliency\(suffix).png"))
        }
        if settings.parts.contains(.occlusion) {
            try OcclusionImage(classifier: classifier).drawn(image, classes: classes(of: image, count: 2))
                .write(to: folder.file("occlusion\(suffix).png"))
        }
    }

    private func drawFeatureMaps(_ image: GradusVision.Image, _ suffix: String) throws {
        let record = classifier.network.recorded(classifier.preparation(image.tensor)).record
        let spatial = record.entries.filter { $0.output.shape.count == 4 && $0.output.shape[1] > 1 }
        for name in try chosenLayers(spatial.map(\.name)) {
            guard let output = record[name] else { continue }
            try FeatureMapImage(classifier: classifier).drawn(output, layer: name)
                .write(to: folder.file("feature-maps-\(name)\(suffix).png"))
        }
    }

    /// The layers that were named; else those worth showing: one near the beginning, one in the middle, the last.
    private func chosenLayers(_ names: [String]) throws -> [String] {
        if settings.layers.isEmpty {
            let worth = subject.layersWorthShowing.filter(names.contains)
            let all = worth.isEmpty ? names : worth
            return Array(Set([0, all.count / 2, all.count - 1])).sorted().filter(all.indices.contains).map { all[$0] }
        }
        if let unknown = settings.layers.first(where: { !names.contains($0) }) {
            throw UsageError("--layers \(unknown): no layer of that name makes maps; --layers list prints them all")
        }
        return settings.layers
    }

    private func listLayers() throws {
        let shape = try classifier.input(shownImages()[0].image).shape
        let record = classifier.network.recorded(Tensor(zeros: [1] + shape)).record
        for entry in record.entries where entry.output.shape.count == 4 {
            show(
                "\(entry.name)  \(entry.kind)  \(entry.output.shape.dropFirst().map(String.init).joined(separator: " × "))"
            )
        }
    }

    private func drawClasses(_ photographs: [(name: String, image: GradusVision.Image)]) throws {
        // A network of few classes shows all of them.
        let all = Array(classifier.classNames.indices.prefix(10))
        let chosen =
            settings.classes.isEmpty && classifier.classNames.count <= 10
            ? all : try classes(of: photographs[0].image, count: 3)
        try ClassImage(classifier: classifier, seed: settings.seed, steps: settings.steps)
            .drawn(chosen, shape: classifier.input(photographs[0].image).shape)
            .write(to: folder.file("classes.png"))
    }

    private func drawEmbedding() throws {
        guard let set = try subject.images(settings.data, seed: settings.seed, count: settings.count), set.count > 2
        else {
            if settings.isChosen {
                throw UsageError("--show embedding needs images: --data FOLDER, with one subfolder a class")
            }
            return
        }
        let head = classifier.network.lastLayerName
        var rows: [Tensor<Float>] = []
        for start in stride(from: 0, to: set.count, by: 16) {
            let images = set.batch(start..<min(start + 16, set.count)).images
            rows.append(classifier.network.input(of: head, for: classifier.preparation(images)))
        }
        try EmbeddingImage(classifier: classifier).drawn(
            (0..<set.count).map(set.image), labels: (0..<set.count).map(set.label), classNames: set.classNames,
            features: Tensor.concatenated(rows)
        ).write(to: folder.file("embedding.png"))
    }
}
