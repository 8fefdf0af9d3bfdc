import ExampleSupport
import Gradus

/// What a comparison does; it is kept beside its results, so that `--resume` does the rest of the same.
struct CompareSettings: Codable, Equatable {
    /// How much a run does.
    enum Size: String, Codable {
        case smoke, standard, full
    }

    var images: ImageChoice
    var size: Size
    var seed: Int
    /// The methods in their order.
    var methods: [Method]
    /// How many images are learned from, ascending; those that the set does not have are left out.
    var sizes: [Int]
    /// The most images to evaluate on.
    var testLimit: Int
    /// Parts of a cross-validation.
    var folds: Int
    /// The most images that take part in one.
    var tuningLimit: Int
    /// The side of a cell of gradients; nil is a quarter of the image's side.
    var cellSize: Int?
    /// Passes of a network over its images, and the least steps.
    var epochs: Int
    var leastSteps: Int
    var batchSize: Int
    var learningRate: Float

    /// What the flags ask for; without them the defaults, or with `recorded` that run's settings.
    init(_ flags: Flags, continuing recorded: CompareSettings? = nil) throws {
        if flags.has("--smoke") && flags.has("--full") {
            throw UsageError("--smoke and --full contradict each other")
        }
        let size: Size = flags.has("--smoke") ? .smoke : flags.has("--full") ? .full : recorded?.size ?? .standard
        self = try recorded ?? CompareSettings(size, ImageChoice(flags))
        self.size = size
        images = try ImageChoice(flags, otherwise: recorded?.images)
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? seed
        if flags.has("--methods") {
            let names = Method.allCases.map(\.rawValue)
            let asked = try flags.texts("--methods").map { try flags.choice("--methods", $0, of: names) }
            guard Set(asked).count == asked.count else { throw UsageError("--methods names a method twice") }
            methods = Method.allCases.filter { asked.contains($0.rawValue) }
        }
        if flags.has("--sizes") {
            sizes = try flags.texts("--sizes").map { text in
                guard let size = Int(text), (2...10_000_000).contains(size) else {
                    throw UsageError("--sizes takes numbers of images from 2 on, got \"\(text)\"")
                }
                return size
            }
            sizes = Array(Set(sizes)).sorted()
        }
        testLimit = try flags.integer("--test-images", in: 1...10_000_000) ?? testLimit
        folds = try flags.integer("--folds", in: 2...100) ?? folds
        tuningLimit = try flags.integer("--tuning-images", in: 4...100_000) ?? tuningLimit
        cellSize = try flags.integer("--cell-size", in: 2...64) ?? cellSize
        epochs = try flags.integer("--epochs", in: 1...10_000) ?? epochs
        batchSize = try flags.integer("--batch-size", in: 1...10_000) ?? batchSize
        learningRate = try flags.positiveNumber("--learning-rate") ?? learningRate
        guard 2 * folds <= sizes[0] && 2 * folds <= tuningLimit else {
            throw UsageError(
                "\(min(sizes[0], tuningLimit)) images cannot be cut into \(folds) folds of at least 2; give --sizes or "
                    + "--tuning-images larger numbers, or --folds a smaller one")
        }
    }

    private init(_ size: Size, _ images: ImageChoice) {
        (self.size, self.images, seed, batchSize, learningRate) = (size, images, 1, 50, 1e-3)
        methods = Method.allCases.filter { $0 != .resNet || size == .full }
        folds = 5
        switch size {
        case .smoke:
            (sizes, testLimit, tuningLimit, epochs, leastSteps) = ([50, 200], 200, 50, 1, 40)
        case .standard:
            (sizes, testLimit, tuningLimit, epochs, leastSteps) = ([100, 300, 1000, 3000], 2000, 1000, 3, 100)
        case .full:
            (sizes, testLimit, tuningLimit, epochs, leastSteps) = (
                [100, 300, 1000, 3000, 10_000, 50_000], 10_000, 3000, 4, 300
            )
        }
    }

    /// The settings in words by flag, to tell where two runs differ.
    var described: [(flag: String, value: String)] {
        [
            ("--dataset", images.dataset?.rawValue ?? "the first that is there"), ("--data", images.data ?? "none"),
            ("--smoke or --full", size.rawValue), ("--seed", "\(seed)"),
            ("--methods", methods.map(\.rawValue).joined(separator: " ")),
            ("--sizes", sizes.map(String.init).joined(separator: " ")), ("--test-images", "\(testLimit)"),
            ("--folds", "\(folds)"), ("--tuning-images", "\(tuningLimit)"),
            ("--cell-size", cellSize.map(String.init) ?? "a quarter of the side"), ("--epochs", "\(epochs)"),
            ("--batch-size", "\(batchSize)"), ("--learning-rate", "\(learningRate)"),
        ]
    }
}
