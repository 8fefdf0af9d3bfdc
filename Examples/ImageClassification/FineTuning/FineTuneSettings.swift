import ExampleSupport
import Foundation

/// What the command line asks of a fine-tuning.
struct FineTuneSettings {
    var recipe = FineTuneRecipe()
    var data: String?
    /// A file of pretrained weights; without one, the network's published weights are looked for.
    var weights: String?
    var out: String
    let isResuming: Bool
    let isSmoke: Bool
    let flags: Flags

    static let usualFolder = "out/fine-tuning"

    init(_ flags: Flags) throws {
        self.flags = flags
        (data, weights) = (flags.text("--data"), flags.text("--weights"))
        out = flags.text("--out") ?? Self.usualFolder
        (isResuming, isSmoke) = (flags.has("--resume"), flags.has("--smoke"))
        if isSmoke && flags.has("--full") { throw UsageError("--smoke and --full contradict each other") }
        if isSmoke { (recipe.model, recipe.side, recipe.headEpochs, recipe.wholeEpochs) = ("resnet20-cifar", 32, 4, 1) }
        if flags.has("--full") { (recipe.curve, recipe.wholeEpochs) = ([1, 3, 10, 30, 100], 5) }
        try Self.read(flags, into: &recipe)
        if !isSmoke && !isResuming && data == nil {
            throw UsageError("fine-tune needs --data FOLDER, a folder of images with one subfolder a class")
        }
    }

    /// Changes what the flags ask for.
    static func read(_ flags: Flags, into recipe: inout FineTuneRecipe) throws {
        func integer(_ name: String, _ range: ClosedRange<Int>, _ place: WritableKeyPath<FineTuneRecipe, Int>) throws {
            if let value = try flags.integer(name, in: range) { recipe[keyPath: place] = value }
        }
        if let model = try flags.choice("--model", of: TransferSource.names) { recipe.model = model }
        if flags.has("--model") && !flags.has("--size") { recipe.side = TransferSource.usualSide(recipe.model) }
        try integer("--size", 8...1024, \.side)
        if let kind = TransferSource.network(recipe.model), recipe.side < kind.leastSide {
            throw UsageError(
                "--size \(recipe.side): \(recipe.model) takes images of \(kind.leastSide) pixels and more")
        }
        try integer("--epochs", FineTuneRecipe.epochRange, \.headEpochs)
        try integer("--whole-epochs", 0...10_000, \.wholeEpochs)
        try integer("--batch-size", 1...10_000, \.batchSize)
        try integer("--per-class", 2...1_000_000, \.imagesPerClass)
        try integer("--seed", 0...Int(Int32.max), \.seed)
        if let rate = try flags.positiveNumber("--learning-rate") { recipe.headRate = rate }
        if let rate = try flags.positiveNumber("--whole-rate") { recipe.wholeRate = rate }
        if let share = try flags.number("--validation", in: 0.01...0.9) { recipe.validation = share }
        if flags.has("--freeze") { recipe.frozen = flags.texts("--freeze") }
        if flags.has("--no-mirror") { recipe.mirrors = false }
        if flags.has("--learn-norms") { recipe.learnsNorms = true }
        if flags.has("--curve") {
            recipe.curve = try flags.texts("--curve").map { text in
                guard let count = Int(text), (1...100_000).contains(count) else {
                    throw UsageError("--curve takes numbers of images a class, as 10 30 100, got \"\(text)\"")
                }
                return count
            }.sorted()
            if recipe.wholeEpochs == 0 && !flags.has("--whole-epochs") { recipe.wholeEpochs = 5 }
        }
    }
}

extension FineTuneSettings {
    static let help = HelpText(
        program: "image-classification fine-tune",
        summary:
            "teaches a pretrained network the classes of your own images: a new last layer learns from what the network "
            + "already sees, then, if you want, everything else follows slowly. A few images a class are enough; "
            + "chapter 12 of Docs explains why.",
        examples: [
            (
                "swift run -c release image-classification fine-tune --data .data/faces",
                "tell 40 people apart by ten images each, which make data gets"
            ),
            (
                "swift run -c release image-classification fine-tune --data images --whole-epochs 5",
                "then let all layers learn, five passes over the images"
            ),
            (
                "swift run -c release image-classification fine-tune --data images --curve 3 10 30",
                "how many images are needed: frozen, fine-tuned and from scratch"
            ),
            (
                "swift run -c release image-classification classify --out out/fine-tuning photo.jpg",
                "use the network that came out"
            ),
        ],
        flags: FlagSpecification.common(
            epochs: "30, of the new last layer alone", batchSize: "32", learningRate: "0.002, of the last layer alone",
            out: usualFolder, data: "the images, one subfolder a class",
            full: "the chapter's experiment: the curve at 1, 3, 10, 30 and 100 images a class") + [
                FlagSpecification(
                    "--model", .value("NAME"), "\(TransferSource.names.joined(separator: ", ")) (default mobilenetv2)"),
                FlagSpecification(
                    "--weights", .value("FILE"),
                    "pretrained weights of that network, .pth or .safetensors (default: the published ones, looked for)"
                ),
                FlagSpecification(
                    "--size", .value("N"), "side of the images for the network (default: what it was trained with)"),
                FlagSpecification(
                    "--whole-epochs", .value("N"), "epochs in which all layers learn after that (default 0)"),
                FlagSpecification("--whole-rate", .value("X"), "learning rate of all layers (default 0.0002)"),
                FlagSpecification(
                    "--freeze", .values("PREFIX"), "weights whose names begin so never learn, as features.0 features.1"),
                FlagSpecification(
                    "--learn-norms", .toggle, "when all layers learn, batch normalization does, too; for many images"),
                FlagSpecification("--per-class", .value("N"), "use at most N images of a class (default 200)"),
                FlagSpecification(
                    "--validation", .value("X"), "the share that is held out to evaluate on (default 0.25)"),
                FlagSpecification("--no-mirror", .toggle, "do not also show mirrored images, as for letters"),
                FlagSpecification(
                    "--curve", .values("N"),
                    "measure the accuracy after learning from N images a class, each three ways"),
            ])
}
