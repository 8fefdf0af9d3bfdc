import Foundation
import Gradus
import GradusData
import Synchronization

/// The images in a folder and the folders in it: PNG, JPEG, PGM and PPM files of any sizes, found by their names and read
/// only when they are needed.
///
/// When every image is in a subfolder, the subfolders' names are the classes. A file that cannot be used is skipped, and
/// ``skipped`` names it.
public struct ImageFolder: Sendable {
    /// The folder.
    public let path: String
    /// The images' paths within the folder, in alphabetical order unless they were chosen otherwise.
    public let files: [String]
    /// The class of each image; all 0 when there is only one.
    public let labels: [Int32]
    /// The names of the classes; empty when images are in the folder itself.
    public let classNames: [String]
    /// The files that could not be used so far, and why; parts of a folder share it.
    public let skipped: SkippedImages

    /// Lists the images of a folder; links to folders are not followed, hidden files are left out.
    ///
    /// - Throws: ``FileError`` when the folder is missing, cannot be read, or holds no images.
    public init(_ path: String) throws(FileError) {
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        files = try Self.images(in: root, named: path)
        self.path = root.path
        let folders = files.map { file -> ByteString in
            let parts = file.pieces(between: "/")
            return ByteString(parts.count > 1 ? parts[0] : "")
        }
        let names = folders.contains(ByteString("")) ? [] : Set(folders).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        (classNames, labels) = (names.map(\.text), folders.map { numbers[$0] ?? 0 })
        skipped = SkippedImages()
    }

    private init(_ whole: ImageFolder, _ positions: [Int]) {
        (path, classNames, skipped) = (whole.path, whole.classNames, whole.skipped)
        (files, labels) = (positions.map { whole.files[$0] }, positions.map { whole.labels[$0] })
    }

    /// The files at the given positions, in that order, with the classes of the whole folder.
    ///
    /// - Traps: when a position does not exist.
    public func choosing(_ positions: some Sequence<Int>) -> ImageFolder {
        let positions = Array(positions)
        check(
            positions.allSatisfy { files.indices.contains($0) },
            "choosing: a position is outside the folder's \(files.count) files")
        return ImageFolder(self, positions)
    }

    /// The extensions of images, including formats that are not read: such files are reported, not ignored.
    private static let extensions: Set<String> = [
        "png", "jpg", "jpeg", "jpe", "jfif", "pgm", "ppm", "pnm", "pbm", "gif", "bmp", "webp", "tif", "tiff", "heic",
        "avif",
    ]

    private static func images(in root: URL, named path: String) throws(FileError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) else {
            throw FileError(path: path, problem: "is not there", advice: "Name a folder of images.")
        }
        guard isFolder.boolValue else {
            throw FileError(path: path, problem: "is a file", advice: "Name its folder.")
        }
        guard FileManager.default.isReadableFile(atPath: root.path),
            let walk = FileManager.default.enumerator(
                at: root, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
        else {
            throw FileError(path: path, problem: "cannot be read", advice: "Check its permissions.")
        }
        let prefix = root.path.hasSuffix("/") ? root.path : root.path + "/"
        let found = walk.lazy.compactMap { $0 as? URL }
            .filter { extensions.contains($0.pathExtension.lowercased()) && !$0.hasDirectoryPath }
            .map { ByteString(String(Substring($0.path.utf8.dropFirst(prefix.utf8.count)))) }
            .sorted().map(\.text)
        guard !found.isEmpty else {
            throw FileError(
                path: path, problem: "holds no images",
                advice: "Name a folder of PNG, JPEG, PGM or PPM files, or of subfolders with such files.")
        }
        return found
    }

    /// The number of files.
    public var count: Int { files.count }

    /// One image, fitted to a network's input; nil, and noted in ``skipped``, when the file cannot be used.
    public func image(_ index: Int, _ preprocessing: ImagePreprocessing) -> Image? {
        let file = "\(path)/\(files[index])"
        do throws(FileError) {
            let image = try Image(contentsOf: file, sampleLimit: Self.sampleLimit)
            guard min(image.width, image.height) >= Self.leastSide else {
                throw FileError(
                    .tooSmall, path: file,
                    problem: "has \(image.width) × \(image.height) pixels, expected at least \(Self.leastSide) per side"
                )
            }
            return preprocessing.fitted(image)
        } catch {
            skipped.add(files[index], error)
            return nil
        }
    }

    /// The most samples of a file; reading holds two or three times as many bytes.
    private static let sampleLimit = 64 << 20
    /// The shortest side of a usable image.
    private static let leastSide = 4
}

/// The files of a folder that could not be used; filled while images are read, from any thread.
public final class SkippedImages: Sendable {
    private let reasons = Mutex<[ByteString: String]>([:])

    func add(_ file: String, _ error: FileError) { reasons.withLock { $0[ByteString(file)] = error.description } }

    /// How many there are.
    public var count: Int { reasons.withLock { $0.count } }

    /// The reason for each, which begins with the file's path, in alphabetical order.
    public var descriptions: [String] { reasons.withLock { $0.values.sorted() } }
}
