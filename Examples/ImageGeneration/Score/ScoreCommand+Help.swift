import ExampleSupport

extension ScoreCommand {
    static let help = HelpText(
        program: "image-generation score",
        summary:
            "measures how near made images come to real ones: the Fréchet distance, precision and recall of what a "
            + "classifier sees in them, each beside that of real images against real ones; and how many images of each "
            + "class there are.",
        examples: [
            ("swift run -c release image-generation score", "evaluate the generator of the last run"),
            (
                "swift run -c release image-generation score --snapshots",
                "all that a run with --snapshots kept, as a chart"
            ),
            (
                "swift run -c release image-generation score --svm",
                "the paper's measure: classify real images by what the discriminator sees"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/image-generation)"),
            FlagSpecification("--generator", .value("FILE"), "the network (default: the run's generator.safetensors)"),
            FlagSpecification("--snapshots", .toggle, "measure the generators of all epochs that the run kept"),
            FlagSpecification("--samples", .value("N"), "images to compare (default 10000)"),
            FlagSpecification(
                "--classifier", .value("FILE"),
                "the evaluator, a model of image-classification (default: trained and kept)"
            ),
            FlagSpecification("--data", .value("FOLDER"), "where the real images are (default: as in the training)"),
            FlagSpecification("--svm", .toggle, "learn a linear SVM from the discriminator's features and from pixels"),
            FlagSpecification("--svm-images", .value("N"), "how many images it learns from (default 10000)"),
            FlagSpecification("--seed", .value("N"), "choose noise and images (default 1)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}

extension RunRecord {
    /// The images that the run learned from, or those of another folder in the same form.
    func chosenImages(data: String? = nil) throws -> ChosenImages {
        try ChosenImages(
            name: dataName, data: data ?? dataFolder, size: recipe.imageShape[0], isGray: recipe.imageShape[2] == 1,
            cropSide: cropSide, isSmoke: size == "smoke")
    }
}
