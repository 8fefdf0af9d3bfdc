import Foundation
import Gradus
import GradusData

extension ImageFolder {
    /// The images of a folder of classes in memory, in two parts without an image in common.
    public struct Split: Sendable {
        /// Training images.
        public let training: LabeledImages
        /// Test images.
        public let test: LabeledImages
        /// How the folder was divided, for a reader.
        public let division: String
        /// The files that were left out, and why.
        public let leftOut: [String]
    }

    /// Reads the images of a folder with a subfolder for each class.
    ///
    /// A folder that holds `train` and `test` (or `val`, or `validation`), each with the classes' subfolders, is divided already.
    /// Otherwise a share of each class is held out. Files that cannot be used are left out and named.
    ///
    /// - Parameters:
    ///   - heldOut: the share of each class to evaluate by, when the folder is not divided; at least one image.
    ///   - seed: chooses them.
    ///   - most: of each class no more files are used; the seed chooses those too. Each part of the result is then in the order
    ///     of the seed.
    /// - Throws: `FileError` when there are fewer than two classes, or a class without usable images.
    public func split(
        _ preprocessing: ImagePreprocessing, heldOut: Double = 0.2, seed: Int = 1, perClass most: Int? = nil
    ) throws -> Split {
        let second = ["test", "val", "validation"].first {
            Self.isFolder("\(path)/train") && Self.isFolder("\(path)/\($0)")
        }
        guard let second else {
            try checkClasses()
            let images = try limited(most, seed).loaded(preprocessing)
            try checkCounts(images, atLeast: 2)
            let (training, test) = images.stratifiedSplit(validation: heldOut, seed: seed)
            let division = "\(Int((100 * heldOut).rounded())) % of each class held out"
            return Split(training: training, test: test, division: division, leftOut: skipped.descriptions)
        }
        let (first, other) = (try ImageFolder("\(path)/train"), try ImageFolder("\(path)/\(second)"))
        try first.checkClasses()
        let numbers = try other.numbers(in: first)
        let training = try first.limited(most, seed).loaded(preprocessing)
        try first.checkCounts(training)
        return Split(
            training: training,
            test: try other.limited(most, seed).loaded(preprocessing).relabeled(numbers, classNames: first.classNames),
            division: "train and \(second)", leftOut: first.skipped.descriptions + other.skipped.descriptions)
    }

    /// At most so many files of each class.
    private func limited(_ most: Int?, _ seed: Int) -> ImageFolder {
        guard let most else { return self }
        var counts = [Int](repeating: 0, count: classNames.count)
        let order = randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64(seed))))
        return choosing(
            order.filter { position in
                counts[Int(labels[position])] += 1
                return counts[Int(labels[position])] <= most
            })
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Throws unless there are two classes or more.
    private func checkClasses() throws(FileError) {
        if classNames.count == 1 {
            throw FileError(
                path: path,
                problem: "has images of one class only, \"\(classNames[0])\"; a classifier needs two",
                advice: "Make a subfolder for each class, two at least.")
        }
        if classNames.isEmpty {
            let stray = files.first { !$0.utf8.contains(UInt8(ascii: "/")) } ?? ""
            throw FileError(
                path: path, problem: "holds \(stray), which is in no class's folder",
                advice: "Make a subfolder for each class, and put every image into one.")
        }
    }

    private func checkCounts(_ images: LabeledImages, atLeast: Int = 1) throws(FileError) {
        var counts = [Int](repeating: 0, count: classNames.count)
        for position in 0..<images.count { counts[images.label(position)] += 1 }
        if let poor = counts.firstIndex(where: { $0 < atLeast }) {
            throw FileError(
                path: "\(path)/\(classNames[poor])",
                problem: "holds \(counts[poor]) usable \(counts[poor] == 1 ? "image" : "images"), "
                    + "expected \(atLeast) at least",
                advice: "Add PNG, JPEG, PGM or PPM files, or remove the folder.")
        }
    }

    /// The number of each class in another folder.
    private func numbers(in other: ImageFolder) throws(FileError) -> [Int32] {
        let unknown = classNames.first { !other.classNames.contains($0) }
        guard unknown == nil, !classNames.isEmpty else {
            throw FileError(
                path: path,
                problem: unknown.map { "has the class \"\($0)\", which train lacks" }
                    ?? "holds images that are in no class's folder",
                advice: "Give both parts the same subfolders: \(other.classNames.joined(separator: ", ")).")
        }
        // A system may have written the same name in another Unicode form; equal bytes are preferred.
        return classNames.map { name in
            Int32(
                other.classNames.firstIndex { ByteString($0) == ByteString(name) }
                    ?? other.classNames.firstIndex(of: name)!)
        }
    }
}
