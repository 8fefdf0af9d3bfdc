import ExampleSupport

extension CompareSettings {
    /// What the flags ask for: the settings, where results go, and whether a run goes on.
    struct Asked {
        let settings: CompareSettings
        let out: String
        let record: CompareRecord?
    }

    /// Reads the flags; with `--resume` beside what was recorded.
    ///
    /// - Throws: `UsageError` for a flag that would make another run of it, `FileError` when there is none to go on with.
    static func asked(_ flags: Flags) throws -> Asked {
        let out = flags.text("--out") ?? "out/classic-vision"
        guard flags.has("--resume") else {
            return Asked(settings: try CompareSettings(flags), out: out, record: nil)
        }
        let record = try CompareRecord.read(from: "\(out)/\(CompareRecord.name)")
        let settings = try CompareSettings(flags, continuing: record.settings)
        for (asked, begun) in zip(settings.described, record.settings.described) where asked.value != begun.value {
            throw UsageError("the run to resume was begun with \(begun.flag) \(begun.value); leave the flag out")
        }
        return Asked(settings: settings, out: out, record: record)
    }

    static let help = HelpText(
        program: "classic-vision",
        summary:
            "tells images apart as it was done before deep learning: nearest neighbors, linear classifiers on pixels, "
            + "histograms of gradients and colors with support vector machines; and draws them all and a network in one chart, "
            + "accuracy against the number of images learned from. Chapter 04 of Docs explains it step by step.",
        examples: [
            ("swift run -c release classic-vision", "all methods on up to 3,000 images, about a minute"),
            (
                "swift run -c release classic-vision --methods hog-rbf knn-l1 --sizes 100 1000 10000",
                "two methods, other numbers of images"
            ),
            ("swift run -c release classic-vision cat-dog", "cats against dogs, with the features of Golle's attack"),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--seed", .value("N"), "choose the random numbers (default 1)"),
        ] + ImageChoice.flags + [
            FlagSpecification(
                "--methods", .values("NAME"),
                "which of \(Method.allCases.map(\.rawValue).joined(separator: ", ")) (default: all but the last)"),
            FlagSpecification("--sizes", .values("N"), "how many images to learn from (default 100 300 1000 3000)"),
            FlagSpecification("--test-images", .value("N"), "the most images to evaluate on (default 2000)"),
            FlagSpecification("--folds", .value("N"), "parts of a cross-validation (default 5)"),
            FlagSpecification(
                "--tuning-images", .value("N"), "the most images that constants are chosen with (default 1000)"),
            FlagSpecification(
                "--cell-size", .value("N"), "the side of a cell of gradients (default: a quarter of the image's)"),
            FlagSpecification(
                "--epochs", .value("N"), "passes of the networks over their images (default 3, 100 steps at least)"),
            FlagSpecification("--batch-size", .value("N"), "images in a network's step (default 50)"),
            FlagSpecification("--learning-rate", .value("X"), "the small network's highest rate (default 0.001)"),
            FlagSpecification("--out", .value("FOLDER"), "where results go (default out/classic-vision)"),
            FlagSpecification("--resume", .toggle, "do what is missing of the run in the --out folder"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
            FlagSpecification("--smoke", .toggle, "a run of seconds on little data, to see that all works"),
            FlagSpecification(
                "--full", .toggle,
                "up to 50,000 images, all test images, and ResNet-20 as well: half an hour, and 4 GiB"),
        ])
}
