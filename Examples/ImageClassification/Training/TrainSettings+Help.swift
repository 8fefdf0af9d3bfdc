import ExampleSupport
import GradusModels

extension TrainSettings {
    static let help = HelpText(
        program: "image-classification train",
        summary: "teaches a network to tell what images show. Without flags these are clothes, or digits, and the "
            + "network is that of TensorFlow's tf.layers tutorial; chapter 05 of Docs explains it step by step.",
        examples: [
            ("swift run -c release image-classification", "two epochs on Fashion-MNIST, about a minute"),
            (
                "swift run -c release image-classification --dataset cifar10",
                "a residual network on photographs; six epochs"
            ),
            (
                "swift run -c release image-classification train --data images",
                "images of yours: a subfolder for each class"
            ),
        ],
        flags: FlagSpecification.common(
            epochs: "the network's recipe", batchSize: "the recipe's", learningRate: "the recipe's", out: usualFolder,
            data: "a set's files, or a folder with a subfolder of images for each class (default: looked for, then "
                + "generated digits)",
            full: "the experiment that the network became known by; tf-layers: MNIST, plain gradient descent, 33 epochs"
        )
            + [
                FlagSpecification("--dataset", .value("NAME"), "fashion, mnist, generated, cifar10 or folder"),
                FlagSpecification(
                    "--model", .value("NAME"),
                    "\(ImageNetwork.names.joined(separator: ", ")) "
                        + "(default: tf-layers for gray sets, else resnet20-cifar)"),
                FlagSpecification("--images", .value("N"), "learn from the first N images only"),
                FlagSpecification(
                    "--augment", .value("LIST"),
                    "crop,flip,brightness,contrast,cutout,mixup, some of them, or none (default: the recipe's)"),
                FlagSpecification("--whiten", .toggle, "take the correlations between pixels out (ZCA)"),
                FlagSpecification("--label-smoothing", .value("X"), "the part of a label that goes to all classes"),
                FlagSpecification(
                    "--weight-decay", .value("X"), "pull of the weights toward 0 (default: the recipe's)"),
                FlagSpecification(
                    "--classify", .values("FILE"),
                    "do not train; as the command classify, of which it is the older form"),
            ])
}
