import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusVision

/// The images of a folder, one subfolder a class, in two parts that have no image in common.
struct FineTuneData {
    let training: LabeledImages
    let validation: LabeledImages
    /// The folder, and what could not be used of it.
    let folder: ImageFolder

    var classNames: [String] { training.classNames }

    /// Reads at most as many images of each class as the recipe says, in an order that its seed chooses.
    ///
    /// - Throws: `FileError` when there are no two classes, or a class has too few images that can be used.
    init(_ path: String, _ recipe: FineTuneRecipe, channels: Int) throws {
        folder = try ImageFolder(path)
        try Self.checkClasses(folder, path)
        let chosen = folder.choosing(Self.chosen(folder, recipe))
        guard chosen.count * recipe.side * recipe.side * channels < 4 << 30 else {
            throw UsageError(
                "\(chosen.count) images of \(recipe.side) × \(recipe.side) pixels take more than 4 GiB; choose a smaller "
                    + "--per-class or --size")
        }
        let images = try chosen.loaded(ImagePreprocessing(height: recipe.side, width: recipe.side, channels: channels))
        (training, validation) = try Self.divided(images, recipe, path, skipped: folder.skipped.count)
    }

    private static func checkClasses(_ folder: ImageFolder, _ path: String) throws {
        let advice = "Put the images into one subfolder a class, as \(path)/cats and \(path)/dogs."
        if folder.classNames.isEmpty {
            throw FileError(path: path, problem: "has images that lie in no subfolder", advice: advice)
        }
        if folder.classNames.allSatisfy({ ["train", "test", "val", "validation"].contains($0) }) {
            throw FileError(
                path: path,
                problem: "has the subfolders \(folder.classNames.joined(separator: " and ")), which are no classes",
                advice: "Name \(path)/\(folder.classNames.contains("train") ? "train" : folder.classNames[0]).")
        }
        if folder.classNames.count == 1 {
            throw FileError(
                path: path, problem: "has one class only, \(folder.classNames[0]): there is nothing to tell apart",
                advice: advice)
        }
    }

    /// Positions of files, mixed by the seed, at most so many of each class.
    private static func chosen(_ folder: ImageFolder, _ recipe: FineTuneRecipe) -> [Int] {
        var counts = [Int](repeating: 0, count: folder.classNames.count)
        return randomPermutation(folder.count, using: RandomGenerator(seed: UInt64(recipe.seed))).filter { position in
            let label = Int(folder.labels[position])
            counts[label] += 1
            return counts[label] <= recipe.imagesPerClass
        }
    }

    /// The first images of each class are held out; what a class learns from comes in the order of the seed, so that the first
    /// ten are part of the first thirty.
    private static func divided(
        _ images: LabeledImages, _ recipe: FineTuneRecipe, _ path: String, skipped: Int
    ) throws -> (training: LabeledImages, validation: LabeledImages) {
        var counts = [Int](repeating: 0, count: images.classNames.count)
        for position in 0..<images.count { counts[images.label(position)] += 1 }
        for (name, count) in zip(images.classNames, counts) where count < 2 {
            let broken = skipped > 0 ? " (\(skipped) files of the folder cannot be read)" : ""
            throw FileError(
                path: "\(path)/\(name)",
                problem: "has \(count == 0 ? "no image" : "one image") that can be used\(broken)",
                advice: "A class needs at least two: one to learn from and one to evaluate by; ten are better.")
        }
        let (training, held) = images.stratifiedSplit(validation: Double(recipe.validation))
        let order = randomPermutation(training.count, using: RandomGenerator(seed: UInt64(recipe.seed) ^ 0xF17E))
        return (training.choosing(order), held)
    }

    /// The positions of the first `count` images of each class to learn from.
    func trainingPlaces(perClass count: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classNames.count)
        return (0..<training.count).filter { position in
            counts[training.label(position)] += 1
            return counts[training.label(position)] <= count
        }
    }

    /// The fewest images that a class learns from.
    var smallestClass: Int {
        var counts = [Int](repeating: 0, count: classNames.count)
        for position in 0..<training.count { counts[training.label(position)] += 1 }
        return counts.min() ?? 0
    }

    /// Names the files that could not be used.
    func showSkipped() {
        let reasons = folder.skipped.descriptions
        guard !reasons.isEmpty else { return }
        show("\n\(reasons.count) files could not be used:")
        for reason in reasons.prefix(10) { show("  \(reason)") }
        if reasons.count > 10 { show("  and \(reasons.count - 10) more") }
    }
}
