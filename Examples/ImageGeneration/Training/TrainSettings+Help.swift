import ExampleSupport

extension TrainSettings {
    static let help = HelpText(
        program: "image-generation train",
        summary:
            "learns to make images like those of a set: a generator and a discriminator play against each other. "
            + "It is the deep convolutional GAN of Radford, Metz and Chintala; chapter 11 of Docs explains it step by "
            + "step.",
        examples: [
            ("swift run -c release image-generation", "learn to make clothes, about a minute"),
            ("swift run -c release image-generation train --toy", "first see the game in one dimension, in seconds"),
            (
                "swift run -c release image-generation train --dataset mnist --conditional",
                "digits of a class you choose"
            ),
            ("swift run -c release image-generation train --data ~/Pictures --size 64", "images of yours"),
        ],
        flags: FlagSpecification.common(
            epochs: "as many as take about a minute", batchSize: "64", learningRate: "0.0002",
            out: "out/image-generation",
            data: "a folder of PNG and JPEG images, or of the set's files (default: looked for)",
            full: "the length of the paper's program: 25 epochs, width 64") + [
                FlagSpecification("--dataset", .value("NAME"), "fashion, mnist, cifar10, or generated digits"),
                FlagSpecification(
                    "--size", .value("N"), "side of the images, divisible by 4 (default: the set's; 64)"),
                FlagSpecification("--gray", .toggle, "make color images gray"),
                FlagSpecification("--crop", .value("N"), "side of the square that is first cut from the middle"),
                FlagSpecification("--conditional", .toggle, "tell both networks the class of each image"),
                FlagSpecification("--loss", .value("NAME"), "logistic, hinge, least-squares, or wasserstein"),
                FlagSpecification(
                    "--normalization", .value("NAME"),
                    "of the discriminator: batch, spectral, or none (default batch; spectral for hinge and wasserstein)"
                ),
                FlagSpecification("--smoothing", .value("X"), "let real images count for 1 − X (default 0)"),
                FlagSpecification("--generator-steps", .value("N"), "generator updates a step (default 1)"),
                FlagSpecification(
                    "--averaging", .value("X"),
                    "decay of the averaged weights that are shown and exported; 0 for none (default 0.995)"),
                FlagSpecification("--noise", .value("N"), "numbers that an image is made of (default 100)"),
                FlagSpecification("--width", .value("N"), "channels beside the image (default 32)"),
                FlagSpecification("--beta1", .value("X"), "Adam's decay of the mean gradient (default 0.5)"),
                FlagSpecification(
                    "--classifier", .value("FILE"),
                    "model of image-classification that evaluates samples at epochs 1, 2, 3, 5, 7, 10, 20, …"),
                FlagSpecification("--snapshots", .toggle, "keep the generators of epochs 1, 2, 3, 5, 7, 10, 20, …"),
                FlagSpecification("--toy", .toggle, "the game in one dimension: match a bell curve; an animation"),
            ])
}
