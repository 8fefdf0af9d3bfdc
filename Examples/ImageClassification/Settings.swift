import ExampleSupport
import Gradus

/// What the command line asks for.
struct Settings {
    /// The sets that the program knows.
    enum Dataset: String, CaseIterable {
        case fashion
        case mnist
        case generated
    }

    /// How much a run does.
    enum Size: String {
        case smoke
        case standard
        case full
    }

    /// What `--seed` takes.
    static let seeds = 0...Int(Int32.max)
    /// What `--epochs` and `--batch-size` take.
    static let counts = 1...10_000

    var dataset: Dataset?
    var data: String?
    var seed: Int
    var epochs: Int
    var batchSize: Int
    var learningRate: Float?
    var out: String
    var isResuming: Bool
    var size: Size
    var pictures: [String]
    /// The flags that change a run, as they were given; toggles with no value.
    var given: [String: String]

    init(_ flags: Flags) throws {
        dataset = try flags.choice("--dataset", of: Dataset.allCases.map(\.rawValue)).flatMap(Dataset.init)
        data = flags.text("--data")
        if flags.has("--smoke") && flags.has("--full") {
            throw UsageError("--smoke and --full contradict each other")
        }
        size = flags.has("--smoke") ? .smoke : flags.has("--full") ? .full : .standard
        if size == .full && dataset == nil { dataset = .mnist }
        seed = try flags.integer("--seed", in: Self.seeds) ?? 1
        let epochsOfSize = [Size.smoke: 1, .standard: 2, .full: 33]
        epochs = try flags.integer("--epochs", in: Self.counts) ?? epochsOfSize[size]!
        batchSize = try flags.integer("--batch-size", in: Self.counts) ?? 100
        learningRate = try flags.positiveNumber("--learning-rate")
        out = flags.text("--out") ?? "out/image-classification"
        isResuming = flags.has("--resume")
        pictures = flags.texts("--classify")
        let names = ["--dataset", "--seed", "--epochs", "--batch-size", "--learning-rate", "--smoke", "--full"]
        given = Dictionary(
            uniqueKeysWithValues: names.filter(flags.has).map { ($0, flags.text($0) ?? "") })
    }

    /// How far a step goes unless the command line says otherwise.
    static let usualRate: Float = 1e-3

    static let help = HelpText(
        program: "image-classification",
        summary: "trains a convolutional network to tell clothes, or digits, from their pictures. It is the network of "
            + "TensorFlow's tf.layers tutorial; chapter 05 of Docs explains it step by step.",
        examples: [
            ("swift run -c release image-classification", "two epochs on Fashion-MNIST, about a minute"),
            ("swift run -c release image-classification --dataset mnist --epochs 4", "handwritten digits instead"),
            (
                "swift run -c release image-classification --classify shoe.png bag.png",
                "what the trained network sees in pictures of yours"
            ),
        ],
        flags: FlagSpecification.common(
            epochs: "2", batchSize: "100", learningRate: "0.001", out: "out/image-classification",
            data: "the folder of the IDX files (default: looked for, then generated digits)",
            full: "the tutorial's own experiment: MNIST, plain gradient descent at 0.001, 33 epochs") + [
                FlagSpecification("--dataset", .value("NAME"), "fashion, mnist, or generated (default fashion)"),
                FlagSpecification(
                    "--classify", .values("FILE.png"), "do not train; name the three likeliest classes of each picture"),
            ])
}
