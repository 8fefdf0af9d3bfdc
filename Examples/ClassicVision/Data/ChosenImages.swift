import ExampleSupport
import Gradus
import GradusData
import GradusVision

/// The images of a run: to learn from, in an order of which every beginning has all classes in proportion, and to evaluate by.
struct ChosenImages {
    let dataset: ImageChoice.Dataset
    /// What they are and where they lie, for a reader.
    let source: String
    let training: LabeledImages
    let test: LabeledImages
    /// The files that could not be used, and why.
    let leftOut: [String]

    var classNames: [String] { training.classNames }
    var isGray: Bool { training.imageShape[2] == 1 }

    /// The set of the choice, in an order of the seed.
    ///
    /// - Parameters:
    ///   - classes: the names of the only classes that count; nil takes all.
    ///   - testLimit: the most images to evaluate on.
    /// - Throws: `MissingData` and `FileError`; `UsageError` for a class that the set has not.
    init(_ choice: ImageChoice, classes: [String]? = nil, testLimit: Int, seed: Int) throws {
        var set = try Self.read(choice)
        if let classes { set = try set.restricted(to: classes) }
        let shape = set.training.imageShape
        guard min(shape[0], shape[1]) >= 16 else {
            throw FileError(
                path: set.source,
                problem: "the images have \(shape[0]) × \(shape[1]) pixels, expected 16 × 16 at least",
                advice: "Name another folder with --data.")
        }
        (dataset, source, leftOut) = (set.dataset, set.source, set.leftOut)
        training = set.training.inProportion(seed: seed)
        test = set.test.inProportion(seed: seed ^ 0x7E57).prefix(testLimit)
        guard Set((0..<training.count).map(training.label)).count > 1, test.count > 0 else {
            throw FileError(
                path: source, problem: "has images of one class only; there is nothing to tell apart",
                advice: "Choose a set of two classes at least.")
        }
    }

    private init(
        _ dataset: ImageChoice.Dataset, _ source: String, _ training: LabeledImages, _ test: LabeledImages,
        leftOut: [String] = []
    ) {
        (self.dataset, self.source, self.training, self.test) = (dataset, source, training, test)
        self.leftOut = leftOut
    }

    private static func read(_ choice: ImageChoice) throws -> ChosenImages {
        switch choice.dataset {
        case .cifar10: return try cifar10(choice.data)
        case .fashion: return try fashion(choice.data)
        case .mnist:
            let set = try MNIST(choice.data)
            return ChosenImages(.mnist, "MNIST, \(set.location.words)", set.training, set.test)
        case .generated: return generated("drawn by this program")
        case .folder: return try folder(choice.data ?? ".")
        case nil:
            do { return try cifar10(nil) } catch is MissingData {}
            do {
                return try fashion(nil)
            } catch let error as MissingData {
                return generated("drawn by this program, because no data set is here. \(error.advice)")
            }
        }
    }

    private static func cifar10(_ path: String?) throws -> ChosenImages {
        let set = try CIFAR10(path)
        return ChosenImages(.cifar10, "CIFAR-10, \(set.location.words)", set.training, set.test)
    }

    private static func fashion(_ path: String?) throws -> ChosenImages {
        let set = try FashionMNIST(path)
        return ChosenImages(.fashion, "Fashion-MNIST, \(set.location.words)", set.training, set.test)
    }

    private static func generated(_ words: String) -> ChosenImages {
        let set = GeneratedDigits()
        return ChosenImages(.generated, "digits, \(words)", set.training, set.test)
    }

    /// Images of all sizes come to 32 × 32 pixels in color.
    private static func folder(_ path: String) throws -> ChosenImages {
        let set = try ImageFolder(path).split(ImagePreprocessing(height: 32, width: 32))
        return ChosenImages(
            .folder, "\(set.training.classNames.count) classes in \(path), \(set.division)", set.training, set.test,
            leftOut: set.leftOut)
    }

    private func restricted(to names: [String]) throws -> ChosenImages {
        let numbers = try names.map { name in
            guard let number = classNames.firstIndex(of: name) else {
                throw UsageError("there is no class \"\(name)\"; there are: \(classNames.joined(separator: ", "))")
            }
            return number
        }
        func part(_ images: LabeledImages) -> LabeledImages {
            let chosen = images.choosing((0..<images.count).filter { numbers.contains(images.label($0)) })
            let labels = (0..<chosen.count).map { Int32(numbers.firstIndex(of: chosen.label($0)) ?? 0) }
            return LabeledImages(
                chosen.bytes.reshaped(to: [chosen.count] + chosen.imageShape), Tensor(labels), classNames: names)
        }
        return ChosenImages(dataset, source, part(training), part(test), leftOut: leftOut)
    }

    /// Tells these images, in this order, from any other.
    var fingerprint: String {
        var fingerprint = Fingerprint()
        for part in [training, test] { part.add(to: &fingerprint) }
        return fingerprint.text
    }

    /// Names the files that were left out.
    func showLeftOut() {
        guard !leftOut.isEmpty else { return }
        show("\n\(leftOut.count) images were left out:")
        for reason in leftOut.prefix(20) { show("  \(reason)") }
        if leftOut.count > 20 { show("  and \(leftOut.count - 20) more") }
    }
}

extension DataLocation {
    /// The folder and how it was found.
    var words: String { "\(folder) (\(origin))" }
}
