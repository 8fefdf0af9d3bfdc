import ExampleSupport
import Foundation
import Gradus
import GradusVision

/// Names what a trained network sees in images of the user's own.
struct ClassifyCommand {
    private let paths: [String]
    private let classifier: Classifier
    private let out: String
    private let count: Int

    init(_ flags: Flags) throws {
        paths = flags.operands + flags.texts("--classify")
        guard !paths.isEmpty else { throw UsageError("classify needs images: classify shoe.png bag.png") }
        out = flags.text("--out") ?? TrainSettings.usualFolder
        count = try flags.integer("--top", in: 1...1000) ?? 3
        classifier = try FineTunedNetwork(TrainedRun.path(flags))?.classifier ?? TrainedRun(flags).classifier
    }

    func run() throws {
        var (cells, seenCount): ([ImageGrid.Cell], Int) = ([], 0)
        var unread: UnreadImages?
        do {
            try NamedImages(operands: paths).forEach { path, image in
                let seen = classifier.fit.fitted(image)
                let guesses = classifier.guesses(seen, count: count).map { guess in
                    "\(guess.name) \(String(format: "%.1f %%", 100 * guess.probability))"
                }
                show("\(path): \(guesses.joined(separator: ", "))")
                if let note = image.note { show("  \(note)") }
                seenCount += 1
                if seenCount > Self.largestGrid { return }
                cells.append(ImageGrid.Cell(seen, caption: [URL(fileURLWithPath: path).lastPathComponent, guesses[0]]))
            }
        } catch let error as UnreadImages {
            unread = error
        }
        if !cells.isEmpty { try draw(cells, of: seenCount) }
        if let unread { throw unread }
    }

    /// How many images are drawn; a folder may hold any number.
    private static let largestGrid = 120

    private func draw(_ cells: [ImageGrid.Cell], of count: Int) throws {
        let folder = try RunFolder(out)
        let side = max(1, 140 / (cells.first?.image.width ?? 28))
        let title = count > cells.count ? "The first \(cells.count) of \(count) images" : "What the network saw"
        let grid = ImageGrid(cells, columns: 6, title: title, magnification: side)
        try grid.drawn().write(to: folder.file("classified.png"))
        folder.listFiles()
    }

    static let help = HelpText(
        program: "image-classification classify",
        summary:
            "names the likeliest classes of images, or of all images in a folder, with a network that was trained by "
            + "this program. Images that cannot be read are named, and the exit code is 1 then.",
        operands: "PICTURE|FOLDER…",
        examples: [
            ("swift run -c release image-classification classify shoe.png bag.png", "with the last run's network"),
            ("swift run -c release image-classification classify holiday", "all images of a folder"),
            (
                "swift run -c release image-classification classify dog.jpg --out out/cifar",
                "with the network of another run"
            ),
            ("swift run -c release image-classification classify dog.jpg --top 5", "the five likeliest classes"),
            (
                "swift run -c release image-classification classify dog.jpg --model mobilenetv2",
                "with a published network for ImageNet's 1000 classes"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default \(TrainSettings.usualFolder))"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's checkpoint)"),
            FlagSpecification("--top", .value("N"), "how many classes are named (default 3)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ] + PretrainedCommand.flags)
}
