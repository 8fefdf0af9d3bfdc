import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// Golle's attack on a CAPTCHA: five sets of features, a support vector machine for each, and color and texture together.
struct CatDog: TrainingCommand {
    static let name = "cat-dog"
    static let summary =
        "tells cats from dogs as Golle did in 2008, when a CAPTCHA relied on it: by which colors occur where, by small "
        + "tiles of texture, with support vector machines; and by both together."
    static let examples = [
        CommandExample("cat-dog", "2,000 images of CIFAR-10, half a minute"),
        CommandExample("cat-dog --full", "all 10,000 and 5,000 tiles, as in the paper: many minutes, and 3 GiB"),
        CommandExample("cat-dog --dataset fashion --classes Sneaker Sandal", "two other classes of another set"),
    ]

    let source = SourceFlags()
    @Flag(
        "the two classes; by default cat and dog, Shirt and Coat of fashion, 4 and 9 of digits", placeholder: "NAME",
        check: { $0.count == 2 && $0[0] != $0[1] ? nil : "the names of two classes" })
    var classes: [String] = []
    @Flag("the most images to learn from", 4...1_000_000, smoke: 120, full: 10_000) var images = 2000
    @Flag("the most images to evaluate on", 1...1_000_000, smoke: 100) var testImages = 2000
    @Flag("tiles of texture", 1...100_000, smoke: 50, full: 5000) var tiles = 1000
    @Flag("parts of a cross-validation", 2...100) var folds = 5
    @Flag("the most images that C and γ are chosen with", 4...100_000) var tuningImages = 2000

    func prepare() throws {
        try source.check()
        if source.data == nil { source.$dataset.setDefault(.cifar10) }
        let isDigits = source.chosen == .mnist || source.chosen == .generated
        $classes.setDefault(isDigits ? ["4", "9"] : source.chosen == .fashion ? ["Shirt", "Coat"] : ["cat", "dog"])
        try checkFolds(folds, of: min(images, tuningImages), "a larger --images or --tuning-images")
    }

    func run(_ experiment: Experiment) throws {
        let set = try source.load(classes: classes, testLimit: testImages, seed: experiment.seed)
        let training = set.training.prefix(images)
        guard training.count >= 2 * folds else { throw set.tooFew(training.count, folds: folds) }
        let (chosen, answers) = (training.prefix(tuningImages).labels, set.test.labels)
        let folds = try Folds(chosen, count: folds, seed: experiment.seed)
        experiment.describe([
            "data": set.source, "classes": classes.joined(separator: " against "),
            "images": "\(training.count) to learn from, \(set.test.count) to evaluate on, \(set.shape)",
            "choosing": "C and γ by \(folds.count)-fold cross-validation among \(chosen.count)",
        ])
        var machines: [String: PairMachine] = [:]
        experiment.keep(
            "machines",
            .value {
                machines
            } set: {
                machines = $0
            } isPossible: {
                $0.values.allSatisfy { $0.decisions.count == set.test.count && $0.held.count == chosen.count }
            })
        try experiment.begin(fingerprint: set.fingerprint)

        // A machine for each set of features.
        let tiles = TextureTiles(tiles, of: training, seed: experiment.seed)
        try draw(tiles, experiment)
        for features in PairFeatures.all(tiles: tiles) where machines[features.name] == nil {
            let (machine, seconds) = try timed {
                try PairMachine(
                    PairDistances(features, training, set.test), training.labels, folds, experiment)
            }
            machines[features.name] = machine
            try report(features, machine, answers, seconds, experiment)
            try experiment.save()
        }

        // Color and texture together.
        guard let color = machines[PairFeatures.allColors], let texture = machines[PairFeatures.texture] else { return }
        let both = JointDecision(color, texture, chosen)
        func right(_ decisions: [Float]) -> Double { share(deciding: decisions, in: answers) }
        experiment.print(
            String(
                format:
                    "color and texture together: %.2f %% right, in cross-validation %.2f %%, texture counts for %.2f",
                100 * right(both.decisions), 100 * both.validation, both.weight))
        try experiment.log.write(
            "joint",
            [
                "accuracy": .number(right(both.decisions)), "validation_accuracy": .number(both.validation),
                "texture_weight": .number(both.weight),
            ])
        try drawSurest(both, set.test, experiment)
        if set.dataset == .cifar10 {
            show("Golle: 82.7 % and 10.3 %, on photographs many times as large as CIFAR-10's 32 × 32 pixels")
        }
        set.showLeftOut()
        let isRecorded =
            set.dataset == .cifar10 && classes == ["cat", "dog"]
            && [[2000, 2000, 1000], [10_000, 2000, 5000]].contains([images, testImages, self.tiles])
        try experiment.finish([
            Metric(
                "cat_dog_accuracy", right(both.decisions), unit: "%", expected: isRecorded ? 0.60...0.80 : nil),
            Metric("color_accuracy", right(color.decisions), unit: "%"),
            Metric("texture_accuracy", right(texture.decisions), unit: "%"),
            Metric("twelve_in_a_row", pow(right(both.decisions), 12), unit: "%"),
        ])
    }

    private func report(
        _ features: PairFeatures, _ machine: PairMachine, _ labels: Tensor<Int32>, _ seconds: Double,
        _ experiment: Experiment
    ) throws {
        let right = share(deciding: machine.decisions, in: labels)
        let constants = machine.constants
        experiment.print(
            features.name.padded(to: 19)
                + String(
                    format:
                        "%6d features: %.2f %% right, in cross-validation %.2f ± %.2f %%; C = %g, γ = %g / mean, %.1f s",
                    features.count, 100 * right, 100 * machine.validation, 100 * machine.deviation, constants.cost,
                    constants.gamma, seconds))
        try experiment.log.write(
            "features",
            [
                "name": .text(features.name), "count": .integer(features.count), "accuracy": .number(right),
                "validation_accuracy": .number(machine.validation), "validation_deviation": .number(machine.deviation),
                "cost": .number(constants.cost), "gamma": .number(constants.gamma), "seconds": .number(seconds),
            ])
    }

    private func draw(_ tiles: TextureTiles, _ experiment: Experiment) throws {
        let cells = (0..<min(100, tiles.count)).map { index in
            let pixels = tiles.tiles[index].scalars.map { UInt8(($0 * 255).rounded()) }
            let channels = pixels.count / (tiles.side * tiles.side)
            return ImageGrid.Cell(
                Image(width: tiles.side, height: tiles.side, channels: channels, pixels: pixels))
        }
        try ImageGrid(
            cells, columns: 20, title: "The first \(cells.count) of \(tiles.count) tiles", magnification: 6
        ).drawn().write(to: experiment.file("tiles.png"))
    }

    /// The test images decided most clearly, right and wrong.
    private func drawSurest(_ both: JointDecision, _ test: LabeledImages, _ experiment: Experiment) throws {
        let values = both.decisions
        let surest = values.indices.sorted { (-abs(values[$0]), $0) < (-abs(values[$1]), $1) }
        func isRight(_ position: Int) -> Bool { (values[position] > 0 ? 0 : 1) == test.label(position) }
        let shown = surest.filter(isRight).prefix(12) + surest.filter { !isRight($0) }.prefix(12)
        let cells = shown.map { position in
            let (answer, truth) = (classes[values[position] > 0 ? 0 : 1], classes[test.label(position)])
            return ImageGrid.Cell(
                test.image(position), caption: isRight(position) ? [answer] : ["\(answer)?", "no, \(truth)"])
        }
        try ImageGrid(
            cells, columns: 12, title: "Decided most clearly: rightly above, wrongly below", magnification: 2
        ).drawn().write(to: experiment.file("surest.png"))
    }
}
