import ExampleSupport
import Gradus
import GradusData

/// The pictures of a run, and what is known about them.
struct ChosenData {
    let name: Settings.Dataset
    let source: String
    let training: LabelledImages
    let test: LabelledImages

    /// The set that the settings name; without a name Fashion-MNIST, or generated digits where it is not installed.
    init(_ settings: Settings) throws {
        let chosen = try Self.read(settings)
        for images in [chosen.training, chosen.test] where images.imageShape != [28, 28, 1] {
            let size = "\(images.imageShape[0]) × \(images.imageShape[1])"
            throw DataFileError(
                path: chosen.source, problem: "the pictures have \(size) pixels, the network takes 28 × 28")
        }
        name = chosen.name
        source = chosen.source
        training = settings.size == .smoke ? chosen.training.prefix(1000) : chosen.training
        test = settings.size == .smoke ? chosen.test.prefix(500) : chosen.test
    }

    private init(_ name: Settings.Dataset, _ source: String, _ training: LabelledImages, _ test: LabelledImages) {
        (self.name, self.source, self.training, self.test) = (name, source, training, test)
    }

    private static func read(_ settings: Settings) throws -> ChosenData {
        switch settings.dataset {
        case .generated:
            if settings.data != nil { throw UsageError("--data names files, but generated digits come from none") }
            return generated("drawn by this program")
        case .mnist:
            let set = try MNIST(settings.data)
            return ChosenData(.mnist, "MNIST, \(set.location.description)", set.training, set.test)
        case .fashion:
            return try fashion(settings.data)
        case nil:
            do {
                return try fashion(settings.data)
            } catch let error as MissingData where settings.data == nil {
                return generated("drawn by this program, because Fashion-MNIST is not here. \(error.advice)")
            }
        }
    }

    private static func fashion(_ folder: String?) throws -> ChosenData {
        let set = try FashionMNIST(folder)
        return ChosenData(.fashion, "Fashion-MNIST, \(set.location.description)", set.training, set.test)
    }

    private static func generated(_ source: String) -> ChosenData {
        let set = GeneratedDigits()
        return ChosenData(.generated, "digits, \(source)", set.training, set.test)
    }

    /// The least test accuracy that a run of so many epochs should reach; `nil` for settings that nobody has measured.
    func expectedAccuracy(_ settings: Settings, learningRate: Float) -> Double? {
        guard settings.size != .smoke, settings.batchSize == 100, learningRate == Settings.usualRate else { return nil }
        if settings.size == .full { return name == .mnist && settings.epochs >= 33 ? 0.965 : nil }
        let byEpoch: [Double] =
            switch name {
            case .fashion: [0.86, 0.885, 0.90, 0.91]
            case .mnist: [0.98, 0.985, 0.988, 0.99]
            case .generated: [0.96, 0.98]
            }
        return byEpoch[min(settings.epochs, byEpoch.count) - 1]
    }
}

extension DataLocation {
    /// The folder and how it was found.
    var description: String { "\(folder) (\(origin))" }
}
