import Foundation
import Gradus
import GradusData

/// Images in folders, one folder a class, read into memory: some to learn from and some to judge by.
///
/// Where the folder holds `train` and `test` (or `val`, or `validation`), each with the classes' folders in it, these are the two
/// parts. Otherwise a share of each class is held out. Files that cannot be used are left out and named.
public struct ClassFolders: Sendable {
    /// Images to learn from.
    public let training: LabeledImages
    /// Images to judge by.
    public let test: LabeledImages
    /// How the parts came about, for a reader.
    public let division: String
    /// The files that were left out, and why.
    public let leftOut: [String]

    /// Reads the images of `path` as the preparation makes them.
    ///
    /// - Parameters:
    ///   - heldOut: the share of each class to judge by, where the folder does not say; at least one image.
    ///   - seed: chooses them.
    /// - Throws: `DataFileError` when there are no images, fewer than two classes, or a class without usable images.
    public init(_ path: String, _ preparation: ImagePreparation, heldOut: Double = 0.2, seed: Int = 1) throws {
        let names = ["test", "val", "validation"]
        let second = names.first { Self.isFolder("\(path)/train") && Self.isFolder("\(path)/\($0)") }
        let folder = try ImageFolder(second == nil ? path : "\(path)/train")
        let classes = try Self.classes(of: folder, path)
        let first = try folder.loaded(preparation)
        guard let second else {
            (training, test) = try Self.divided(first, classes, heldOut, seed, path)
            division = "\(Int((100 * heldOut).rounded())) % of each class held out"
            leftOut = folder.skipped.descriptions
            return
        }
        let other = try ImageFolder("\(path)/\(second)")
        if let unknown = other.classNames.first(where: { !classes.contains($0) })
            ?? (other.classNames.isEmpty ? "." : nil)
        {
            throw DataFileError(
                path: "\(path)/\(second)",
                problem: unknown == "."
                    ? "holds images that lie in no class's folder"
                    : "has the class \"\(unknown)\", which train lacks",
                advice: "Give both parts the same subfolders: \(classes.joined(separator: ", ")).")
        }
        // A system may have written the same name in another form; one of the same bytes goes before it.
        let numbers = other.classNames.map { name in
            Int32(classes.firstIndex { ByteString($0) == ByteString(name) } ?? classes.firstIndex(of: name)!)
        }
        try Self.checkCounts(first, classes, path)
        training = first
        test = try other.loaded(preparation).relabeled(numbers, classNames: classes)
        division = "train and \(second)"
        leftOut = folder.skipped.descriptions + other.skipped.descriptions
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The names of the classes, of which there are two at least.
    private static func classes(of folder: ImageFolder, _ path: String) throws -> [String] {
        let names = folder.classNames
        guard names.count != 1 else {
            throw DataFileError(
                path: path, problem: "has images of one class only, \"\(names[0])\"; there is nothing to tell apart",
                advice: "Make a subfolder for each class, two at least.")
        }
        guard !names.isEmpty else {
            let stray = folder.files.first { !$0.utf8.contains(UInt8(ascii: "/")) } ?? ""
            throw DataFileError(
                path: path, problem: "holds \(stray), which lies in no class's folder",
                advice: "Make a subfolder for each class, and put every image into one.")
        }
        return names
    }

    private static func checkCounts(_ images: LabeledImages, _ classes: [String], _ path: String, atLeast: Int = 1)
        throws
    {
        var counts = [Int](repeating: 0, count: classes.count)
        for position in 0..<images.count { counts[images.label(position)] += 1 }
        if let poor = counts.firstIndex(where: { $0 < atLeast }) {
            throw DataFileError(
                path: "\(path)/\(classes[poor])",
                problem: "holds \(counts[poor]) usable \(counts[poor] == 1 ? "image" : "images"), "
                    + "expected \(atLeast) at least",
                advice: "Add PNG, JPEG, PGM or PPM files, or remove the folder.")
        }
    }

    private static func divided(
        _ images: LabeledImages, _ classes: [String], _ heldOut: Double, _ seed: Int, _ path: String
    ) throws -> (LabeledImages, LabeledImages) {
        try checkCounts(images, classes, path, atLeast: 2)
        let mixed = randomPermutation(images.count, using: RandomGenerator(seed: UInt64(bitPattern: Int64(seed))))
        var test: Set<Int> = []
        for number in classes.indices {
            let own = mixed.filter { images.label($0) == number }
            let count = min(own.count - 1, max(1, Int((Double(own.count) * heldOut).rounded())))
            test.formUnion(own.prefix(count))
        }
        return (
            images.choosing((0..<images.count).filter { !test.contains($0) }), images.choosing(test.sorted())
        )
    }
}
