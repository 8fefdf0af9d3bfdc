import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusVision

/// The images of a run, whatever they come from.
struct ChosenImages {
    /// `fashion`, `mnist`, `cifar10`, `generated` or `folder`.
    let name: String
    /// What they are and where they lie, for the header.
    let source: String
    /// Height, width and channels as the network gets them.
    let shape: [Int]
    /// Images to learn from.
    let count: Int
    /// Empty for a folder without classes.
    let classNames: [String]
    /// The folder that the user named.
    let folder: String?

    private let training: Store
    private let held: LabeledImages?

    /// A set in memory, or a folder whose files are read when they are needed.
    private enum Store {
        case images(LabeledImages)
        case files(ImageFolder, ImagePreprocessing)
    }

    /// The names that `--dataset` takes.
    static let names = ["fashion", "mnist", "cifar10", "generated"]

    /// The set of that name, or the images of the folder `data`; without both Fashion-MNIST, or digits that the program
    /// draws where it is not installed.
    ///
    /// - Parameters:
    ///   - data: with a name the folder of its files, else a folder of images.
    ///   - size: the side of an image; nil is the set's own, or 64 for a folder.
    ///   - isGray: whether there is one channel; nil is as the set is, color for a folder.
    ///   - cropSide: for a folder, the side of the square that is cut from the middle first.
    ///   - isSmoke: whether a few images are enough.
    init(
        name: String?, data: String?, size: Int? = nil, isGray: Bool? = nil, cropSide: Int? = nil, isSmoke: Bool = false
    ) throws {
        let limit = isSmoke ? 1000 : nil
        if name == nil && data != nil || name == "folder" {
            let files = try ImageFolder(data ?? "")
            let side = size ?? 64
            let preparation = ImagePreprocessing(
                height: side, width: side, channels: isGray == true ? 1 : 3, fit: .crop(square: cropSide))
            guard (0..<files.count).contains(where: { files.image($0, preparation) != nil }) else {
                throw files.unusable
            }
            self.name = "folder"
            source =
                "\(files.count) images in \(files.path)"
                + (files.classNames.isEmpty ? "" : ", \(files.classNames.count) subfolders as classes")
            (shape, count) = ([side, side, preparation.channels], min(files.count, limit ?? .max))
            (classNames, folder) = (files.classNames, files.path)
            (training, held) = (.files(files, preparation), nil)
            return
        }
        if cropSide != nil { throw UsageError("--crop is for a folder of images") }
        let set = try Self.named(name, data)
        let images = limit.map(set.training.prefix) ?? set.training
        let test = limit.map(set.test.prefix) ?? set.test
        let fit = Refit(
            set.training.imageShape, height: size, width: size, channels: isGray.map { $0 ? 1 : 3 })
        (self.name, source, folder) = (set.name, set.source, data)
        (shape, count, classNames) = (fit.shape, images.count, images.classNames)
        (training, held) = (.images(fit(images)), fit(test))
    }

    /// Whole batches in the order of seed and epoch, from batch `first` on, made ahead on other threads: pixels from 0 to 1,
    /// `[size, H, W, C]`, and labels. An incomplete last batch is dropped.
    func batches(of size: Int, seed: Int, epoch: Int, from first: Int = 0) -> AnySequence<ImageBatch> {
        let order = seed &* 1000 &+ epoch
        switch training {
        case .images(let images):
            return AnySequence(
                images.shuffled(seed: order).batches(of: size, from: first, dropsLast: true).prefetched())
        case .files(let files, let preparation):
            return AnySequence(
                files.batches(of: size, preparation, seed: order, from: first, dropsLast: true)
                    .prefix(max(0, count / size - first)))
        }
    }

    /// Up to `limit` images that a generator should have matched, in memory, in an order of the seed.
    ///
    /// - Throws: `FileError` when no file of a folder can be used.
    func real(_ limit: Int, seed: Int) throws -> LabeledImages {
        switch training {
        case .images(let images): images.shuffled(seed: seed).prefix(limit)
        case .files(let files, let preparation): try files.loaded(preparation, limit: limit, seed: seed)
        }
    }

    /// The set's own test images; nil for a folder, which has none.
    var test: LabeledImages? { held }

    /// Names the files that could not be used so far.
    func showSkipped() {
        guard case .files(let files, _) = training, files.skipped.count > 0 else { return }
        show("\(files.skipped.count) of \(files.count) images were skipped:")
        let reasons = files.skipped.descriptions
        for reason in reasons.prefix(20) { show("  \(reason)") }
        if reasons.count > 20 { show("  and \(reasons.count - 20) more") }
    }

    private static func named(
        _ name: String?, _ folder: String?
    ) throws -> (name: String, source: String, training: LabeledImages, test: LabeledImages) {
        switch name {
        case "mnist":
            let set = try MNIST(folder)
            return ("mnist", "MNIST, \(set.location.description)", set.training, set.test)
        case "cifar10":
            let set = try CIFAR10(folder)
            return ("cifar10", "CIFAR-10, \(set.location.description)", set.training, set.test)
        case "generated":
            if folder != nil { throw UsageError("--data names files, but generated digits come from none") }
            return generated("drawn by this program")
        case "fashion", nil:
            do {
                let set = try FashionMNIST(folder)
                return ("fashion", "Fashion-MNIST, \(set.location.description)", set.training, set.test)
            } catch let error as MissingData where name == nil {
                return generated("drawn by this program, because Fashion-MNIST is not here. \(error.advice)")
            }
        default: throw UsageError("there is no data set \(name ?? "")")
        }
    }

    private static func generated(
        _ source: String
    ) -> (name: String, source: String, training: LabeledImages, test: LabeledImages) {
        let set = GeneratedDigits()
        return ("generated", "digits, \(source)", set.training, set.test)
    }
}

extension DataLocation {
    /// The folder and how it was found.
    fileprivate var description: String { "\(folder) (\(origin))" }
}
