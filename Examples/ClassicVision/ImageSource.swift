import Gradus
import GradusData
import GradusTraining
import GradusVision

/// The sets that the program knows.
enum Dataset: String, FlagValue, CaseIterable {
    case cifar10, fashion, mnist, generated
    /// Files of images, a folder for each class.
    case folder
}

/// The flags that name a set of images.
struct SourceFlags: FlagGroup {
    @Flag("the set; by default the first of cifar10, fashion and generated that is there") var dataset: Dataset?
    @Flag("where the set's files are; or a folder of images with a subfolder for each class", placeholder: "FOLDER")
    var data: String?

    func check() throws {
        if dataset == .generated && data != nil {
            throw UsageError("generated digits come from no files; leave --data out")
        }
        if dataset == .folder && data == nil { throw UsageError("a folder of images needs --data FOLDER") }
    }

    /// The set that the flags name; nil for the first that is there.
    var chosen: Dataset? {
        guard dataset == nil, let data else { return dataset }
        return CIFAR10.search.finds(data) ? .cifar10 : FashionMNIST.search.finds(data) ? .fashion : .folder
    }

    /// The images in an order of the seed.
    ///
    /// - Parameters:
    ///   - classes: the names of the only classes that count; nil takes all.
    ///   - testLimit: the most images to evaluate on.
    /// - Throws: `MissingData` and `FileError`; `UsageError` for a class that the set has not.
    func load(classes: [String]? = nil, testLimit: Int, seed: Int) throws -> ChosenImages {
        var images = try ChosenImages(chosen ?? .first, data, isChosen: chosen != nil)
        if let classes {
            let names = images.training.classNames
            if let unknown = classes.first(where: { !names.contains($0) }) {
                throw UsageError("there is no class \"\(unknown)\"; there are: \(names.joined(separator: ", "))")
            }
            images.training = images.training.choosing(classes: classes)
            images.test = images.test.choosing(classes: classes)
        }
        guard images.training.imageShape.prefix(2).allSatisfy({ $0 >= 16 }) else {
            throw FileError(
                path: images.source, problem: "the images have \(images.shape) pixels, expected 16 × 16 at least",
                advice: "Name another folder with --data.")
        }
        guard Set(images.training.labels.scalars).count > 1, images.test.count > 0 else {
            throw FileError(
                path: images.source, problem: "has images of one class only; there is nothing to tell apart",
                advice: "Choose a set of two classes at least.")
        }
        images.training = images.training.inProportion(seed: seed)
        images.test = images.test.inProportion(seed: seed ^ 0x7E57).prefix(testLimit)
        return images
    }
}

/// The images of a run: to learn from, and to evaluate on.
struct ChosenImages {
    let dataset: Dataset
    /// What they are and where they are stored, in words.
    let source: String
    fileprivate(set) var training: LabeledImages
    fileprivate(set) var test: LabeledImages
    /// The files that could not be used, and why.
    let leftOut: [String]

    fileprivate init(_ dataset: Dataset, _ data: String?, isChosen: Bool) throws {
        self.dataset = dataset
        switch dataset {
        case .cifar10:
            let set = try CIFAR10(data)
            (source, training, test) = ("CIFAR-10, \(set.location.words)", set.training, set.test)
        case .fashion:
            let set = try FashionMNIST(data)
            (source, training, test) = ("Fashion-MNIST, \(set.location.words)", set.training, set.test)
        case .mnist:
            let set = try MNIST(data)
            (source, training, test) = ("MNIST, \(set.location.words)", set.training, set.test)
        case .generated:
            let set = GeneratedDigits()
            let reason = isChosen ? "" : ", because no data set is here. \(FashionMNIST.search.advice)"
            (source, training, test) = ("digits, drawn by this program\(reason)", set.training, set.test)
        case .folder:
            // Images of all sizes come to 32 × 32 pixels in color.
            let folder = data ?? "."
            let set = try ImageFolder(folder).split(ImagePreprocessing(height: 32, width: 32))
            (training, test, leftOut) = (set.training, set.test, set.leftOut)
            source = "\(training.classNames.count) classes in \(folder), \(set.division)"
            return
        }
        leftOut = []
    }

    var classNames: [String] { training.classNames }
    /// The size of an image, such as `28 × 28 × 1`.
    var shape: String { training.imageShape.map(String.init).joined(separator: " × ") }

    /// Tells these images, in this order, from any other.
    var fingerprint: String {
        var fingerprint = Fingerprint()
        for part in [training, test] { part.add(to: &fingerprint) }
        return fingerprint.text
    }

    /// The error when the images do not suffice for a cross-validation.
    func tooFew(_ count: Int, folds: Int) -> FileError {
        FileError(
            path: source, problem: "has \(count) images to learn from, too few for \(folds) folds of at least 2",
            advice: "Add images, or ask for fewer folds with --folds.")
    }

    /// Names the files that were left out.
    func showLeftOut() {
        guard !leftOut.isEmpty else { return }
        show("\n\(leftOut.count) images were left out:")
        for reason in leftOut.prefix(20) { show("  \(reason)") }
        if leftOut.count > 20 { show("  and \(leftOut.count - 20) more") }
    }
}

extension Dataset {
    /// CIFAR-10 where it is, else Fashion-MNIST, else digits that the program draws.
    fileprivate static var first: Dataset {
        CIFAR10.search.finds(nil) ? .cifar10 : FashionMNIST.search.finds(nil) ? .fashion : .generated
    }
}

extension DataSearch {
    fileprivate func finds(_ folder: String?) -> Bool { (try? locate(folder)) != nil }
}

extension DataLocation {
    /// The folder and how it was found.
    fileprivate var words: String { "\(folder) (\(origin))" }
}
