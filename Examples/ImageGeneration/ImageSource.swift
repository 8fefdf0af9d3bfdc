import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// The image sets that the program knows.
enum DatasetName: String, FlagValue, CaseIterable { case fashion, mnist, cifar10, generated }

/// The flags that say what is learned from.
struct SourceFlags: FlagGroup {
    @Flag("a folder of PNG and JPEG images, or of the set's files; by default looked for", placeholder: "FOLDER")
    var data: String?
    @Flag("a known set; by default fashion, or generated digits where that is missing") var dataset: DatasetName?
    @Flag(
        "side of the images, divisible by 4; by default the set's own, 64 for a folder",
        check: { (8...512).contains($0) && $0 % 4 == 0 ? nil : "a side from 8 to 512 that is divisible by 4" })
    var size: Int?
    @Flag("make color images gray") var gray = false
    @Flag("side of the square that is first cut from the middle of a folder's images", 1...10_000) var crop: Int?

    func choice(_ run: RunSize) -> ImageChoice {
        ImageChoice(dataset: dataset, folder: data, size: size, isGray: gray, crop: crop, isSmoke: run == .smoke)
    }
}

/// Which images are learned from, and in which form: a trained network's file remembers it.
struct ImageChoice: Codable {
    /// Nil for a folder of images.
    var dataset: DatasetName?
    var folder: String?
    var size: Int?
    var isGray: Bool
    var crop: Int?
    var isSmoke: Bool
}

/// The images of a run, whatever they come from.
struct ChosenImages {
    let choice: ImageChoice
    /// What they are and where they lie, for people.
    let source: String
    /// Height, width and channels as the networks get them.
    let shape: [Int]
    let count: Int
    /// Empty for a folder without classes.
    let classNames: [String]
    /// The set's own test images; nil for a folder, which has none.
    let test: LabeledImages?
    private let training: Store

    /// A set in memory, or a folder whose files are read when they are needed.
    private enum Store {
        case images(LabeledImages)
        case files(ImageFolder, ImagePreparation)
    }

    /// The chosen set or folder; without both Fashion-MNIST, or digits that the program draws where it is not installed.
    init(_ choice: ImageChoice) throws {
        var choice = choice
        let limit = choice.isSmoke ? 1000 : Int.max
        if choice.dataset == nil, let path = choice.folder {
            let (files, side) = (try ImageFolder(path), choice.size ?? 64)
            let preparation = ImagePreparation(
                width: side, height: side, channels: choice.isGray ? 1 : 3, cropSide: choice.crop)
            guard (0..<files.count).contains(where: { files.image($0, preparation) != nil }) else {
                throw files.unusable
            }
            let classes = files.classNames.isEmpty ? "" : ", \(files.classNames.count) subfolders as classes"
            source = "\(files.count) images in \(files.path)\(classes)"
            choice.folder = files.path
            (shape, count) = ([side, side, preparation.channels], min(files.count, limit))
            (self.choice, classNames, training, test) = (choice, files.classNames, .files(files, preparation), nil)
            return
        }
        if choice.crop != nil { throw UsageError("--crop is for a folder of images") }
        let set = try Self.known(choice)
        let own = set.training.imageShape
        shape = [choice.size ?? own[0], choice.size ?? own[1], choice.isGray ? 1 : own[2]]
        let images = set.training.prefix(limit).fitted(shape)
        choice.dataset = set.name
        (self.choice, source, training) = (choice, set.source, .images(images))
        (count, classNames, test) = (images.count, images.classNames, set.test.prefix(limit).fitted(shape))
    }

    private typealias KnownSet = (name: DatasetName, source: String, training: LabeledImages, test: LabeledImages)

    private static func known(_ choice: ImageChoice) throws -> KnownSet {
        func generated(_ reason: String) -> KnownSet {
            let set = GeneratedDigits()
            return (.generated, "digits, drawn by this program\(reason)", set.training, set.test)
        }
        func place(_ name: String, _ location: DataLocation) -> String {
            "\(name), \(location.folder) (\(location.origin))"
        }
        switch choice.dataset {
        case .mnist:
            let set = try MNIST(choice.folder)
            return (.mnist, place("MNIST", set.location), set.training, set.test)
        case .cifar10:
            let set = try CIFAR10(choice.folder)
            return (.cifar10, place("CIFAR-10", set.location), set.training, set.test)
        case .generated:
            if choice.folder != nil { throw UsageError("--data names files, but generated digits come from none") }
            return generated("")
        case .fashion, nil:
            do {
                let set = try FashionMNIST(choice.folder)
                return (.fashion, place("Fashion-MNIST", set.location), set.training, set.test)
            } catch let error as MissingData where choice.dataset == nil {
                return generated(", because Fashion-MNIST is not here. \(error.advice)")
            }
        }
    }

    /// Identifies the images.
    var fingerprint: String {
        var hash = Fingerprint(shape)
        switch training {
        case .images(let images): images.add(to: &hash)
        case .files(let files, _): for file in files.files { hash.add(file.utf8) }
        }
        return hash.text
    }

    /// Whole batches in the seed's order, from batch `first` on, made ahead on other threads: pixels from 0 to 1,
    /// `[size, H, W, C]`, and labels. An incomplete last batch is dropped.
    func batches(of size: Int, seed: Int, from first: Int = 0) -> AnySequence<ImageBatch> {
        switch training {
        case .images(let images):
            let batches = images.shuffled(seed: seed).batches(of: size, from: first, dropsLast: true)
            return AnySequence(batches.prefetched())
        case .files(let files, let preparation):
            let batches = files.batches(of: size, preparation, seed: seed, from: first, dropsLast: true)
            return AnySequence(batches.prefix(max(0, count / size - first)))
        }
    }

    /// At least 64 images in an order of their own, or as many as there are in whole batches of up to `size`.
    func someReal(_ size: Int, _ seed: Int) throws -> Tensor<Float> {
        let size = min(64, size)
        let found = batches(of: size, seed: seed &* 1000).prefix((63 + size) / size).map(\.images)
        guard !found.isEmpty else {
            throw FileError(
                path: source, problem: "too few of the images can be read for a batch of \(size)",
                advice: "Choose a smaller --batch-size.")
        }
        return Tensor.concatenated(found)
    }

    /// Up to `limit` images that a generator should have matched, in memory, in an order of the seed.
    func real(_ limit: Int, seed: Int) throws -> LabeledImages {
        switch training {
        case .images(let images): images.shuffled(seed: seed).prefix(limit)
        case .files(let files, let preparation): try files.loaded(preparation, limit: limit, seed: seed)
        }
    }

    /// Names the files that could not be used so far.
    func showSkipped() {
        guard case .files(let files, _) = training, files.skipped.count > 0 else { return }
        show("\(files.skipped.count) of \(files.count) images were skipped:")
        let reasons = files.skipped.descriptions
        for reason in reasons.prefix(20) { show("  \(reason)") }
        if reasons.count > 20 { show("  and \(reasons.count - 20) more") }
    }
}

extension LabeledImages {
    /// The images in another height, width and number of channels.
    func fitted(_ shape: [Int]) -> LabeledImages {
        if shape == imageShape { return self }
        let prepare = ImagePreparation(width: shape[1], height: shape[0], channels: shape[2])
        let pixels = (0..<count).flatMap { prepare(image($0)).pixels }
        return LabeledImages(
            Tensor(pixels, shape: [count] + shape), Tensor((0..<count).map { Int32(label($0)) }), classNames: classNames
        )
    }
}
