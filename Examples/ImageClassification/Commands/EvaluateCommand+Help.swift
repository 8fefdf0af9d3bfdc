import ExampleSupport

extension EvaluateCommand {
    static let help = HelpText(
        program: "image-classification evaluate",
        summary:
            "evaluates a trained network on images that it has not learned from. It tells accuracy and loss, draws "
            + "what is confused with what, and the surest mistakes. With --follow it does so beside a training, for each new checkpoint, until the training ends.",
        examples: [
            ("swift run -c release image-classification evaluate", "the last run"),
            (
                "swift run -c release image-classification evaluate --follow",
                "in a second terminal, while the first one trains"
            ),
            (
                "swift run -c release image-classification evaluate --data images",
                "images of yours, of the same classes"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default \(TrainSettings.usualFolder))"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's newest checkpoint)"),
            FlagSpecification(
                "--model", .value("NAME"),
                "a network with published weights for CIFAR-10, resnet20-cifar to resnet110-cifar"),
            FlagSpecification("--weights", .value("FILE"), "its weights (default: looked for)"),
            FlagSpecification("--dataset", .value("NAME"), "other images than the run's: a known set"),
            FlagSpecification("--data", .value("FOLDER"), "other images than the run's: their folder"),
            FlagSpecification("--part", .value("NAME"), "test or training (default test)"),
            FlagSpecification("--follow", .toggle, "evaluate each new checkpoint until the training ends"),
            FlagSpecification("--interval", .value("SECONDS"), "how often to look for one (default 10)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
