import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// The flags that name images.
struct SourceFlags: FlagGroup {
    @Flag(
        "a set's files, or a folder with a subfolder of images for each class", placeholder: "FOLDER", onResume: true)
    var data: String?
    @Flag("a set that the program knows; digits that it draws if none is here") var dataset: Dataset?

    func check() throws {
        if dataset == .generated && data != nil {
            throw UsageError("a folder of --data holds files, but generated digits come from none")
        }
        if dataset == .folder && data == nil { throw UsageError("the set called folder needs --data FOLDER") }
    }
}

/// The sets that the program knows.
enum Dataset: String, FlagValue, CaseIterable {
    case fashion, mnist, generated, cifar10
    /// Files of images, a folder for each class.
    case folder

    /// Whether its images are bright on black, in 28 × 28 gray pixels.
    var isGray: Bool { self == .fashion || self == .mnist || self == .generated }
}

/// Which images a network is trained and evaluated on: a part of its checkpoints.
struct ImageSource: Codable {
    /// The set; nil until it is known which one is here.
    var dataset: Dataset?
    /// The folder that was named.
    var data: String?
    /// Only so many images are trained on.
    var limit: Int?
    var isSmoke = false
    /// How a folder is divided; nil for the usual way.
    var division: FolderDivision?
    /// Identifies the images.
    var fingerprint = ""
    /// The size that they are brought to, `[H, W, C]`.
    var shape: [Int] = []

    /// The shortest side of images that anything can be seen in.
    static let leastSide = 8

    /// The images that the flags name.
    init(_ flags: SourceFlags, limit: Int? = nil, isSmoke: Bool = false) {
        (dataset, data, self.limit, self.isSmoke) = (flags.dataset, flags.data, limit, isSmoke)
        if dataset == nil { dataset = data.flatMap(Self.kind) }
    }

    /// A set, wherever it is.
    init(_ dataset: Dataset, data: String? = nil, division: FolderDivision? = nil) {
        (self.dataset, self.data, self.division) = (dataset, data, division)
    }

    /// What kind of set a folder holds; nil when that cannot be told.
    private static func kind(of folder: String) -> Dataset? {
        func isThere(_ search: DataSearch) -> Bool { (try? search.locate(folder)) != nil }
        if isThere(FashionMNIST.search) { return .fashion }
        if isThere(CIFAR10.search) { return .cifar10 }
        return (try? ImageFolder(folder)) != nil ? .folder : nil
    }

    /// The network that is trained on these images when none is named.
    var usualNetwork: ImageNetwork { ImageNetwork.named(dataset?.isGray ?? true ? "tf-layers" : "resnet20-cifar")! }

    /// The images again, in the size that they had.
    func load() throws -> LoadedSet { try load { _ in shape } }

    /// The images; without a name Fashion-MNIST, or generated digits where it is not here.
    ///
    /// - Parameter size: from the size of a set's images, or nil for files of any size, to that which they are brought to.
    func load(_ size: (_ images: [Int]?) -> [Int]) throws -> LoadedSet {
        var set = try read(size)
        set.training = set.training.prefix(min(limit ?? .max, isSmoke ? 1000 : .max))
        if isSmoke { set.test = set.test.prefix(500) }
        let shape = set.training.imageShape
        if min(shape[0], shape[1]) < Self.leastSide {
            throw FileError(
                path: set.description,
                problem: "the images have \(shape[0]) × \(shape[1]) pixels, a network can use 8 × 8 and more",
                advice: "Name another folder with --data.")
        }
        if set.training.count < 1 || set.test.count < 1 {
            throw FileError(
                path: set.description, problem: "holds no images", advice: "Name another folder with --data.")
        }
        var fingerprint = Fingerprint()
        set.training.add(to: &fingerprint)
        set.test.add(to: &fingerprint)
        (set.source.fingerprint, set.source.shape) = (fingerprint.text, shape)
        return set
    }

    private func read(_ size: ([Int]?) -> [Int]) throws -> LoadedSet {
        // CIFAR-10 may also be files in the folders of a copy.
        let isCopy =
            dataset == .cifar10
            && data.map { (try? CIFAR10.search.locate($0)) == nil && (try? ImageFolder($0)) != nil } ?? false
        if dataset == .folder || isCopy { return try folder(isCopy ? "CIFAR-10 as files, " : "", size(nil)) }
        let set = try KnownSet(
            dataset.flatMap { KnownImageSet(rawValue: $0.rawValue) }, data, limit: isSmoke ? 1000 : .max)
        var source = self
        source.dataset = Dataset(rawValue: set.name.rawValue)
        let shape = size(set.training.imageShape)
        let target = ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2])
        return LoadedSet(
            source: source, description: set.source, training: set.training.fitted(to: target),
            test: set.test.fitted(to: target))
    }

    private func folder(_ name: String, _ shape: [Int]) throws -> LoadedSet {
        let path = data ?? "."
        let preprocessing = ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2])
        let set =
            try division.map {
                try ImageFolder(path).split(
                    preprocessing, heldOut: $0.validation, seed: $0.seed, perClass: $0.perClass)
            } ?? ImageFolder(path).split(preprocessing)
        var source = self
        source.dataset = dataset ?? .folder
        // Classes follow one another in a folder; a limit and a run of seconds should see all of them.
        return LoadedSet(
            source: source,
            description: "\(name)\(set.training.classNames.count) classes in \(path), \(set.division)",
            training: set.training.shuffled(seed: 1), test: set.test.shuffled(seed: 1), leftOut: set.leftOut)
    }
}

/// How a folder is divided for fine-tuning.
struct FolderDivision: Codable {
    /// At most so many images of a class are used, held-out ones included.
    let perClass: Int
    /// The share of each class that is held out.
    let validation: Double
    /// Chooses them.
    let seed: Int
}

/// The images of a run.
struct LoadedSet {
    /// Where they come from, with the set that was found.
    var source: ImageSource
    /// The same in words.
    let description: String
    var training: LabeledImages
    var test: LabeledImages
    /// Files that could not be used, and why.
    var leftOut: [String] = []

    /// Names the files that could not be used.
    func showLeftOut() {
        for reason in leftOut.prefix(5) { show("left out: \(reason)") }
        if leftOut.count > 5 { show("left out: \(leftOut.count - 5) more") }
    }
}
