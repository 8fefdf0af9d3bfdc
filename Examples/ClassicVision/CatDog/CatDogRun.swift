import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// Golle's attack: five sets of features, a machine for each, and color and texture together.
struct CatDogRun {
    private let settings: CatDogSettings
    private let folder: RunFolder
    private let lock: RunLock
    private let images: ChosenImages
    private let training: LabeledImages
    private let folds: Folds
    private let log: EventLog
    private let start = ProcessInfo.processInfo.systemUptime

    init(_ settings: CatDogSettings) throws {
        Interrupt.watch()
        self.settings = settings
        images = try ChosenImages(
            settings.images, classes: settings.classes, testLimit: settings.testLimit, seed: settings.seed)
        training = images.training.prefix(settings.count)
        guard training.count >= 2 * settings.folds else {
            throw FileError.tooFew(
                training.count, images, "\(settings.folds) folds of at least 2; ask for fewer with --folds")
        }
        folds = try Folds(
            training.prefix(settings.tuningLimit).labels, count: settings.folds, seed: settings.seed)
        folder = try RunFolder(settings.out)
        lock = try RunLock(folder)
        log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")))
    }

    func run() throws {
        describe()
        let tiles = TextureTiles(settings.tiles, of: training, seed: settings.seed)
        try drawTiles(tiles)
        var machines: [(features: PairFeatures, machine: PairMachine)] = []
        for features in PairFeatures.all(tiles: tiles) {
            do {
                let (machine, seconds) = try timed {
                    try PairMachine(PairDistances(features, training, images.test), training.labels, folds)
                }
                machines.append((features, machine))
                try tell(features, machine, seconds)
            } catch is InterruptedMethod {
                throw Interrupted(log: folder.file("log.jsonl"))
            }
        }
        guard let color = machines.first(where: { $0.features.name == "color, all cells" })?.machine,
            let texture = machines.last?.machine
        else { return }
        let both = JointDecision(color, texture, training.prefix(settings.tuningLimit).labels)
        try tell(both)
        try drawSurest(both)
        try report(machines.map { ($0.features, share(deciding: $0.machine.decisions, in: labels)) }, both)
    }

    private var labels: Tensor<Int32> { images.test.labels }

    private func describe() {
        let shape = training.imageShape.map(String.init).joined(separator: " × ")
        showHeader(
            "classic-vision cat-dog",
            [
                ("seed", "\(settings.seed)"), ("data", images.source),
                ("classes", settings.classes.joined(separator: " against ")),
                ("images", "\(training.count) to learn from, \(images.test.count) to evaluate on, \(shape)"),
                (
                    "choosing",
                    "C and γ by \(folds.count)-fold cross-validation among \(min(training.count, settings.tuningLimit))"
                ),
            ])
    }

    private func tell(_ features: PairFeatures, _ machine: PairMachine, _ seconds: Double) throws {
        let right = share(deciding: machine.decisions, in: labels)
        let name = features.name + String(repeating: " ", count: max(0, 18 - features.name.count))
        show(
            String(
                format:
                    "%@ %6d features: %.2f %% right, in cross-validation %.2f ± %.2f %%; C = %g, γ = %g / mean, %.1f s",
                name, features.count, 100 * right, 100 * machine.validation.mean, 100 * machine.validation.deviation,
                machine.constants.cost, machine.constants.gamma, seconds))
        try log.write(
            "features",
            [
                "name": .text(features.name), "count": .integer(features.count), "accuracy": .number(right),
                "validation_accuracy": .number(machine.validation.mean),
                "validation_deviation": .number(machine.validation.deviation),
                "cost": .number(machine.constants.cost), "gamma": .number(machine.constants.gamma),
                "seconds": .number(seconds),
            ])
    }

    private func tell(_ both: JointDecision) throws {
        let right = share(deciding: both.decisions, in: labels)
        show(
            String(
                format:
                    "color and texture together: %.2f %% right, in cross-validation %.2f %%, texture counts for %.2f",
                100 * right, 100 * both.validation, both.weight))
        try log.write(
            "joint",
            [
                "accuracy": .number(right), "validation_accuracy": .number(both.validation),
                "texture_weight": .number(both.weight),
            ])
    }

    private func report(_ singles: [(PairFeatures, Double)], _ both: JointDecision) throws {
        let right = share(deciding: both.decisions, in: labels)
        let isKnown = settings.isUsual && images.dataset == .cifar10
        let color = singles.first { $0.0.name == "color, all cells" }?.1 ?? .nan
        try RunResult([
            RunResult.Figure("cat_dog_accuracy", right, within: isKnown ? 0.60...0.80 : nil, unit: "%"),
            RunResult.Figure("color_accuracy", color, unit: "%"),
            RunResult.Figure("texture_accuracy", singles.last?.1 ?? .nan, unit: "%"),
            RunResult.Figure("twelve_in_a_row", pow(right, 12), unit: "%"),
            RunResult.Figure("seconds", ProcessInfo.processInfo.systemUptime - start, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]).report(to: log)
        if images.dataset == .cifar10 {
            show("  Golle: 82.7 % and 10.3 %, on photographs many times as large as CIFAR-10's 32 × 32 pixels")
        }
        images.showLeftOut()
        folder.listFiles()
    }

    private func drawTiles(_ tiles: TextureTiles) throws {
        let channels = training.imageShape[2]
        let cells = (0..<min(100, tiles.count)).map { index in
            ImageGrid.Cell(
                Image(
                    width: tiles.side, height: tiles.side, channels: channels,
                    pixels: tiles.tiles[index].scalars.map { UInt8(($0 * 255).rounded()) }))
        }
        try ImageGrid(
            cells, columns: 20, title: "The first \(cells.count) of \(tiles.count) tiles", magnification: 6
        ).drawn().write(to: folder.file("tiles.png"))
    }

    /// The test images decided most clearly, right and wrong.
    private func drawSurest(_ both: JointDecision) throws {
        let values = both.decisions.scalars
        let surest = values.indices.sorted { (-abs(values[$0]), $0) < (-abs(values[$1]), $1) }
        func isRight(_ position: Int) -> Bool { (values[position] > 0 ? 0 : 1) == images.test.label(position) }
        let shown = surest.filter(isRight).prefix(12) + surest.filter { !isRight($0) }.prefix(12)
        let cells = shown.map { position in
            let answer = settings.classes[values[position] > 0 ? 0 : 1]
            return ImageGrid.Cell(
                images.test.image(position), caption: [isRight(position) ? answer : "not \(answer)"])
        }
        try ImageGrid(
            cells, columns: 12, title: "Decided most clearly: rightly above, wrongly below", magnification: 2
        ).drawn().write(to: folder.file("surest.png"))
    }
}
