import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// One comparison: every method learns from more and more images and is evaluated on others.
struct CompareRun {
    private let settings: CompareSettings
    private let folder: RunFolder
    private let lock: RunLock
    private let store: FeatureStore
    private let log: EventLog
    private let sizes: [Int]
    private let begun: CompareRecord
    private let isResuming: Bool
    private let start = ProcessInfo.processInfo.systemUptime

    init(_ asked: CompareSettings.Asked) throws {
        Interrupt.watch()
        settings = asked.settings
        folder = try RunFolder(asked.out)
        lock = try RunLock(folder)
        let images = try ChosenImages(settings.images, testLimit: settings.testLimit, seed: settings.seed)
        sizes = try settings.sizes(of: images)
        let side = min(images.training.imageShape[0], images.training.imageShape[1])
        guard 2 * (settings.cellSize ?? 1) <= side else {
            throw UsageError(
                "--cell-size takes at most \(side / 2) for images of \(side) pixels: a block is 2 cells wide")
        }
        store = FeatureStore(images, cellSize: settings.cellSize ?? side / 4, most: sizes[sizes.count - 1])
        isResuming = asked.record != nil
        let fingerprint = images.fingerprint
        if let record = asked.record, record.fingerprint != fingerprint {
            throw FileError(
                path: "\(folder.path)/\(CompareRecord.name)",
                problem: "was made from other images than \(images.source); start again without --resume")
        }
        begun = asked.record ?? CompareRecord(settings: settings, fingerprint: fingerprint)
        log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")), keepingBytes: begun.logLength)
    }

    func run() throws {
        var record = begun
        describe()
        // From the start on the folder holds this run, and --resume cannot take up an older one.
        try save(&record)
        let images = CompareImages(folder, store)
        try images.drawGradients()
        for count in sizes {
            for method in settings.methods where record.point(method, count) == nil {
                guard try finish(method, count, &record, images) else {
                    throw Interrupted(checkpoint: folder.file(CompareRecord.name))
                }
            }
        }
        try images.drawChart(record)
        try images.drawConfusion(record)
        try CompareResult(record, settings, store.images).result.report(to: log)
        store.images.showLeftOut()
        folder.listFiles()
    }

    /// Does one thing and notes it; false when Ctrl-C came before it was done.
    private func finish(
        _ method: Method, _ count: Int, _ record: inout CompareRecord, _ images: CompareImages
    ) throws -> Bool {
        if Interrupt.isRequested { return false }
        let task = LearningTask(store: store, settings: settings, count: count)
        let isLast = count == sizes[sizes.count - 1]
        let outcome: Outcome
        do {
            outcome = try method.outcome(task) { found in
                if isLast { try images.drawTemplates(method, found) }
            }
        } catch is InterruptedMethod {
            return false
        }
        if isLast && method.isNeighbors { try images.drawNeighbors(method, count) }
        var matrix = [[Int]](
            repeating: [Int](repeating: 0, count: store.images.classNames.count),
            count: store.images.classNames.count)
        for (right, answer) in zip(store.testLabels.scalars, outcome.answers.scalars) {
            matrix[Int(right)][Int(answer)] += 1
        }
        let point = CompareRecord.Point(
            method: method, count: count, accuracy: share(of: outcome.answers, in: store.testLabels),
            validation: outcome.validation, choice: outcome.choice, figures: outcome.figures,
            learning: outcome.learning, naming: outcome.naming,
            confusion: matrix)
        record.points.append(point)
        try tell(point)
        try save(&record)
        try images.drawChart(record)
        if isLast { try images.drawConfusion(record) }
        return true
    }

    private func save(_ record: inout CompareRecord) throws {
        record.logLength = log.length
        record.seconds = begun.seconds + ProcessInfo.processInfo.systemUptime - start
        record.peak = max(begun.peak, peakMemoryInMiB())
        try record.write(to: folder.file(CompareRecord.name))
    }

    private func tell(_ point: CompareRecord.Point) throws {
        let name = point.method.title + String(repeating: " ", count: max(0, 19 - point.method.title.count))
        show(
            String(
                format: "%6d images  %@ %6.2f %% right; learned in %.1f s, named in %.1f s; %@", point.count, name,
                100 * point.accuracy, point.learning, point.naming, point.choice))
        try log.write(
            "score",
            [
                ("method", .text(point.method.rawValue)), ("images", .integer(point.count)),
                ("accuracy", .number(point.accuracy)), ("choice", .text(point.choice)),
            ] + (point.validation.map { [("validation_accuracy", .number($0))] } ?? [])
                + point.figures.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) } + [
                    ("learning_seconds", .number(point.learning)), ("naming_seconds", .number(point.naming)),
                ])
    }

    private func describe() {
        let (training, test) = (store.images.training, store.images.test)
        let shape = training.imageShape.map(String.init).joined(separator: " × ")
        showHeader(
            "classic-vision",
            [
                ("seed", "\(settings.seed)"), ("data", store.images.source),
                ("images", "\(training.count) to learn from, \(test.count) to evaluate on, \(shape)"),
                ("sizes", sizes.map(String.init).joined(separator: ", ")),
                ("methods", settings.methods.map(\.rawValue).joined(separator: ", ")),
                (
                    "choosing",
                    "\(settings.folds)-fold cross-validation among \(settings.tuningLimit) images at most"
                ),
            ])
        if isResuming { show("continuing after \(begun.points.count) results\n") }
    }
}

extension Method {
    /// Learns and answers; `seeing` gets what a linear method has learned.
    func outcome(_ task: LearningTask, seeing: (LearnedRows) throws -> Void) throws -> Outcome {
        switch self {
        case .nearestL1, .nearestL2: try NeighborsMethod(method: self).outcome(task)
        case .softmax: try SoftmaxMethod().outcome(task, seeing: seeing)
        case .linearSVM, .hogLinearSVM: try LinearSVMMethod(method: self).outcome(task, seeing: seeing)
        case .hogRadialSVM: try RadialSVMMethod().outcome(task)
        case .network, .resNet: try NetworkMethod(method: self).outcome(task)
        }
    }
}

extension CompareSettings {
    /// The sizes that the images suffice for; where they end earlier, all of them as the last.
    ///
    /// - Throws: `FileError` when there are too few for the first, or for the folds of a cross-validation.
    func sizes(of images: ChosenImages) throws -> [Int] {
        let there = images.training.count
        guard there >= 2 * folds else {
            throw FileError.tooFew(there, images, "\(folds) folds of at least 2; ask for fewer with --folds")
        }
        if methods.contains(.resNet) {
            guard images.training.imageShape == [32, 32, 3] else {
                throw UsageError(
                    "resnet20 takes 32 × 32 pixels in color, these have "
                        + images.training.imageShape.map(String.init).joined(separator: " × ")
                        + "; leave it out of --methods")
            }
        }
        let possible = sizes.filter { $0 <= there }
        return possible.count == sizes.count || possible.last == there ? possible : possible + [there]
    }
}
