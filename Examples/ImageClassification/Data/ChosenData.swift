import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// The images of a run, and what is known about them.
struct ChosenData {
    /// Where they come from, with the set that was found.
    let source: ImageSource
    /// The same for a reader.
    let description: String
    let training: LabeledImages
    let test: LabeledImages
    /// What a reader should know about them.
    private(set) var remarks: [String] = []

    /// The set that the source names, in the size that the network takes; without a name Fashion-MNIST, or generated digits
    /// where it is not installed.
    init(_ source: ImageSource, network: ImageNetwork, isSmoke: Bool) throws {
        var (chosen, remarks) = try Self.read(source, network)
        if let limit = source.limit {
            chosen = ChosenData(chosen.source, chosen.description, chosen.training.prefix(limit), chosen.test)
        }
        if isSmoke {
            chosen = ChosenData(
                chosen.source, chosen.description, chosen.training.prefix(1000), chosen.test.prefix(500))
        }
        self = chosen
        self.remarks = remarks
        let shape = training.imageShape
        if min(shape[0], shape[1]) < ImageSource.leastSide {
            throw FileError(
                path: description,
                problem: "the images have \(shape[0]) × \(shape[1]) pixels, a network can use 8 × 8 and more",
                advice: "Name another folder with --data.")
        }
        if training.count < 1 || test.count < 1 {
            throw FileError(
                path: description, problem: "holds no images", advice: "Name another folder with --data.")
        }
    }

    private init(
        _ source: ImageSource, _ description: String, _ training: LabeledImages, _ test: LabeledImages
    ) {
        (self.source, self.description, self.training, self.test) = (source, description, training, test)
    }

    private static func read(
        _ source: ImageSource, _ network: ImageNetwork
    ) throws -> (data: ChosenData, remarks: [String]) {
        switch source.dataset {
        case .generated: return (generated(source, "drawn by this program", network), [])
        case .mnist:
            let set = try MNIST(source.data)
            return (named(source, .mnist, "MNIST", set.location, set.training, set.test, network), [])
        case .fashion: return (try fashion(source, network), [])
        case .cifar10: return try cifar10(source, network)
        case .folder: return try folder(source, nil, network)
        case nil:
            do {
                return (try fashion(source, network), [])
            } catch let error as MissingData where source.data == nil {
                let reason = "drawn by this program, because Fashion-MNIST is not here. \(error.advice)"
                return (generated(source, reason, network), [])
            }
        }
    }

    private static func fashion(_ source: ImageSource, _ network: ImageNetwork) throws -> ChosenData {
        let set = try FashionMNIST(source.data)
        return named(source, .fashion, "Fashion-MNIST", set.location, set.training, set.test, network)
    }

    /// The official records, or the same images as files in the folders of a copy.
    private static func cifar10(
        _ source: ImageSource, _ network: ImageNetwork
    ) throws -> (data: ChosenData, remarks: [String]) {
        if let data = source.data, (try? CIFAR10.search.locate(data)) == nil, (try? ImageFolder(data)) != nil {
            return try folder(source, "CIFAR-10 as files", network)
        }
        let set = try CIFAR10(source.data)
        return (named(source, .cifar10, "CIFAR-10", set.location, set.training, set.test, network), [])
    }

    private static func folder(
        _ source: ImageSource, _ name: String?, _ network: ImageNetwork
    ) throws -> (data: ChosenData, remarks: [String]) {
        let path = source.data ?? "."
        let shape = network.fileShape
        let set = try ImageFolder(path).split(
            ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2]))
        let left = set.leftOut
        let remarks =
            left.prefix(5).map { "left out: \($0)" } + (left.count > 5 ? ["left out: \(left.count - 5) more"] : [])
        let words =
            "\(name.map { "\($0), " } ?? "")\(set.training.classNames.count) classes in \(path), \(set.division)"
        var settled = source
        settled.dataset = source.dataset ?? .folder
        // Classes lie one after another in a folder; a limit and a smoke test should see all of them.
        return (ChosenData(settled, words, set.training.shuffled(seed: 1), set.test.shuffled(seed: 1)), remarks)
    }

    private static func generated(_ source: ImageSource, _ words: String, _ network: ImageNetwork) -> ChosenData {
        let set = GeneratedDigits()
        return fitted(source, .generated, "digits, \(words)", set.training, set.test, network)
    }

    private static func named(
        _ source: ImageSource, _ dataset: ImageSource.Dataset, _ name: String, _ location: DataLocation,
        _ training: LabeledImages, _ test: LabeledImages, _ network: ImageNetwork
    ) -> ChosenData {
        fitted(source, dataset, "\(name), \(location.folder) (\(location.origin))", training, test, network)
    }

    private static func fitted(
        _ source: ImageSource, _ dataset: ImageSource.Dataset, _ description: String, _ training: LabeledImages,
        _ test: LabeledImages, _ network: ImageNetwork
    ) -> ChosenData {
        var settled = source
        settled.dataset = dataset
        let shape = network.imageShape(training.imageShape)
        let size = ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2])
        return ChosenData(settled, description, training.fitted(to: size), test.fitted(to: size))
    }

    /// The fingerprint of the training images.
    var fingerprint: String {
        var fingerprint = Fingerprint()
        training.add(to: &fingerprint)
        return fingerprint.text
    }
}
