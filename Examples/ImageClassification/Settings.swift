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

    var dataset: Dataset?
    var data: String?
    var seed: Int
    var epochs: Int
    var batchSize: Int
    var learningRate: Float?
    var out: String
    var isResuming: Bool
    var isSmoke: Bool
    var isFull: Bool
    var pictures: [String]
    /// Flags that were given although a resumed run has their values already.
    var given: [String: String]

    init(_ flags: Flags) throws {
        dataset = try flags.choice("--dataset", of: Dataset.allCases.map(\.rawValue)).flatMap(Dataset.init)
        data = flags.text("--data")
        isSmoke = flags.has("--smoke")
        isFull = flags.has("--full")
        if isSmoke && isFull { throw UsageError("--smoke and --full contradict each other") }
        if isFull && dataset == nil { dataset = .mnist }
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        epochs = try flags.integer("--epochs", in: 1...10_000) ?? (isSmoke ? 1 : isFull ? 33 : 2)
        batchSize = try flags.integer("--batch-size", in: 1...10_000) ?? 100
        learningRate = try flags.positiveNumber("--learning-rate")
        out = flags.text("--out") ?? "out/image-classification"
        isResuming = flags.has("--resume")
        pictures = flags.texts("--classify")
        given = Dictionary(
            uniqueKeysWithValues: ["--dataset", "--seed", "--batch-size", "--learning-rate"].compactMap { name in
                flags.text(name).map { (name, $0) }
            })
    }

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
