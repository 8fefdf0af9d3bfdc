import Foundation
import Gradus
import GradusData
import GradusTraining

/// The flags that say which images are learned from: those of a known set, or of a folder.
public struct ImageSetFlags: FlagGroup {
    /// The folder of images, or of the set's files.
    @Flag(
        "a folder of PNG and JPEG images, or of the set's files; by default looked for", placeholder: "FOLDER",
        onResume: true)
    public var data: String?
    /// The known set.
    @Flag("a known set; by default fashion, or generated digits where that is missing") public var dataset:
        KnownImageSet?
    /// The side of an image.
    @Flag(
        "side of the images, divisible by 4; by default the set's own, 64 for a folder",
        check: { (8...512).contains($0) && $0 % 4 == 0 ? nil : "a side from 8 to 512 that is divisible by 4" })
    public var size: Int?
    /// Whether color images are made gray.
    @Flag("make color images gray") public var gray = false
    /// The side of the square that is first cut from the middle.
    @Flag("side of the square that is first cut from the middle of a folder's images", 1...10_000) public var crop: Int?

    /// Flags that choose Fashion-MNIST.
    public init() {}

    /// What the flags choose, of which at most `limit` images are taken.
    public func choice(limit: Int? = nil) -> ImageSetChoice {
        ImageSetChoice(dataset: dataset, folder: data, size: size, isGray: gray, crop: crop, limit: limit)
    }
}

/// Which images are learned from, and in which form: what a trained network's file says of them.
public struct ImageSetChoice: Codable, Equatable, Sendable {
    /// The known set; nil for a folder of images, and where the first is taken that is there.
    public var dataset: KnownImageSet?
    /// The folder of images, or of the set's files; nil where they are looked for.
    public var folder: String?
    /// The side of an image; nil for the set's own, or 64 for a folder.
    public var size: Int?
    /// Whether color images are made gray.
    public var isGray: Bool
    /// The side of the square that is first cut from the middle of a folder's images.
    public var crop: Int?
    /// The most images, and the most test images; nil for all.
    public var limit: Int?
}

/// Images to learn from, whatever they come from: a known set in memory, or a folder whose files are read when they are needed.
public struct ImageSet: Sendable {
    /// What was chosen, with the name of the set or the path of the folder.
    public let choice: ImageSetChoice
    /// What they are and where they are stored, in words.
    public let source: String
    /// Height, width and channels as a network gets them.
    public let shape: [Int]
    /// The number of images.
    public let count: Int
    /// The names of the classes; empty for a folder without classes.
    public let classNames: [String]
    /// The set's own test images; nil for a folder, which has none.
    public let test: LabeledImages?
    private let training: Store

    private enum Store {
        case images(LabeledImages)
        case files(ImageFolder, ImagePreprocessing)
    }

    /// The chosen set or folder; without both Fashion-MNIST, or digits that are drawn where it is not installed.
    ///
    /// - Throws: `FileError` or `MissingData` when there are no such images, `UsageError` when a choice contradicts another.
    public init(_ choice: ImageSetChoice) throws {
        var choice = choice
        let limit = choice.limit ?? .max
        if choice.dataset == nil, let path = choice.folder {
            let (files, side) = (try ImageFolder(path), choice.size ?? 64)
            let preprocessing = ImagePreprocessing(
                height: side, width: side, channels: choice.isGray ? 1 : 3, fit: .crop(square: choice.crop))
            guard (0..<files.count).contains(where: { files.image($0, preprocessing) != nil }) else {
                throw files.unusable
            }
            let classes = files.classNames.isEmpty ? "" : ", \(files.classNames.count) subfolders as classes"
            source = "\(files.count) images in \(files.path)\(classes)"
            choice.folder = files.path
            (shape, count) = ([side, side, (choice.isGray ? 1 : 3)], min(files.count, limit))
            (self.choice, classNames, training, test) = (choice, files.classNames, .files(files, preprocessing), nil)
            return
        }
        if choice.crop != nil { throw UsageError("--crop is for a folder of images") }
        let set = try KnownSet(choice.dataset, choice.folder, limit: limit)
        let own = set.training.imageShape
        shape = [choice.size ?? own[0], choice.size ?? own[1], choice.isGray ? 1 : own[2]]
        let form = ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2])
        let images = set.training.prefix(limit).fitted(to: form)
        choice.dataset = set.name
        (self.choice, source, training) = (choice, set.source, .images(images))
        (count, classNames, test) = (images.count, images.classNames, set.test.prefix(limit).fitted(to: form))
    }

    /// Identifies the images.
    public var fingerprint: String {
        var hash = Fingerprint(shape)
        switch training {
        case .images(let images): images.add(to: &hash)
        case .files(let files, _): for file in files.files { hash.add(file.utf8) }
        }
        return hash.text
    }

    /// Whole batches in the seed's order, from batch `first` on, made ahead on other threads: pixels from 0 to 1,
    /// `[size, H, W, C]`, and labels. An incomplete last batch is dropped.
    public func batches(of size: Int, seed: Int, from first: Int = 0) -> AnySequence<ImageBatch> {
        switch training {
        case .images(let images):
            let batches = images.shuffled(seed: seed).batches(of: size, from: first, dropsLast: true)
            return AnySequence(batches.prefetched())
        case .files(let files, let preprocessing):
            let batches = files.batches(of: size, preprocessing, seed: seed, from: first, dropsLast: true)
            return AnySequence(batches.prefix(max(0, count / size - first)))
        }
    }

    /// The pixels from 0 to 1 of `count` images in an order of the seed, or of as many as whole batches of `size` make.
    ///
    /// - Throws: `FileError` when there is not one batch.
    public func some(_ count: Int, inBatchesOf size: Int, seed: Int) throws -> Tensor<Float> {
        let size = min(count, size)
        let found = batches(of: size, seed: seed).prefix((count - 1 + size) / size).map(\.images)
        guard !found.isEmpty else {
            throw FileError(
                path: source, problem: "too few of the images can be read for a batch of \(size)",
                advice: "Choose a smaller --batch-size.")
        }
        let all = Tensor.concatenated(found)
        return all[..<min(count, all.shape[0])]
    }

    /// Up to `limit` images in memory, in an order of the seed.
    ///
    /// - Throws: `FileError` when no file of a folder can be used.
    public func loaded(_ limit: Int, seed: Int) throws -> LabeledImages {
        switch training {
        case .images(let images): images.shuffled(seed: seed).prefix(limit)
        case .files(let files, let preprocessing): try files.loaded(preprocessing, limit: limit, seed: seed)
        }
    }

    /// Prints the names of the files that could not be used so far, and why.
    public func showSkipped() {
        guard case .files(let files, _) = training, files.skipped.count > 0 else { return }
        show("\(files.skipped.count) of \(files.count) images were skipped:")
        let reasons = files.skipped.descriptions
        for reason in reasons.prefix(20) { show("  \(reason)") }
        if reasons.count > 20 { show("  and \(reasons.count - 20) more") }
    }
}
