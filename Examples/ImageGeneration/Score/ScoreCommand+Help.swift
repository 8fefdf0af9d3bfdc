import ExampleSupport

extension ScoreCommand {
    static let help = HelpText(
        program: "image-generation score",
        summary:
            "measures how near made pictures come to real ones: the Fréchet distance, precision and recall of what a "
            + "classifier sees in them, each beside that of real pictures against real ones; and how many pictures of each "
            + "class there are.",
        examples: [
            ("swift run -c release image-generation score", "judge the generator of the last run"),
            (
                "swift run -c release image-generation score --snapshots",
                "all that a run with --snapshots kept, as a chart"
            ),
            (
                "swift run -c release image-generation score --svm",
                "the paper's measure: classify real pictures by what the discriminator sees"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/image-generation)"),
            FlagSpecification("--generator", .value("FILE"), "the network (default: the run's generator.safetensors)"),
            FlagSpecification("--snapshots", .toggle, "measure the generators of all epochs that the run kept"),
            FlagSpecification("--samples", .value("N"), "pictures to compare (default 10000)"),
            FlagSpecification(
                "--classifier", .value("FILE"), "the judge, a model of image-classification (default: trained and kept)"
            ),
            FlagSpecification("--data", .value("FOLDER"), "where the real pictures are (default: as in the training)"),
            FlagSpecification("--svm", .toggle, "learn a linear SVM from the discriminator's features and from pixels"),
            FlagSpecification("--svm-pictures", .value("N"), "how many pictures it learns from (default 10000)"),
            FlagSpecification("--seed", .value("N"), "choose noise and pictures (default 1)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}

extension RunRecord {
    /// The pictures that the run learned from, or those of another folder in the same form.
    func chosenPictures(data: String? = nil) throws -> ChosenPictures {
        try ChosenPictures(
            name: dataName, data: data ?? dataFolder, size: recipe.imageShape[0], isGrey: recipe.imageShape[2] == 1,
            cropSide: cropSide, isSmoke: size == "smoke")
    }
}
