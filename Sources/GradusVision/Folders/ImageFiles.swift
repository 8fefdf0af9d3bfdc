import Foundation
import Gradus

/// Images by the paths of their files, or of folders that hold them.
///
/// ```swift
/// let broken = try ImageFiles(["cat.jpg", "holiday"]).forEach { path, image in … } unreadable: { print($0) }
/// if let broken { throw broken }
/// ```
public struct ImageFiles: Sendable {
    private let paths: [String]

    /// The images at the given paths; those in a folder include those in the folders in it.
    public init(_ paths: [String]) { self.paths = paths }

    /// Calls `body` with each image and its path, one after another; an image that cannot be read does not end that.
    ///
    /// - Parameter unreadable: is called with the error of each image that cannot be read.
    /// - Returns: an error when there were such images.
    /// - Throws: the error itself when only one image was named; what `body` throws.
    public func forEach(
        _ body: (_ path: String, _ image: Image) throws -> Void, unreadable: (FileError) -> Void
    ) throws -> UnreadableImages? {
        var (count, broken) = (0, 0)
        func note(_ error: FileError, isOnlyOne: Bool) throws {
            if isOnlyOne && paths.count == 1 { throw error }
            unreadable(error)
            broken += 1
        }
        for path in paths {
            let files: [String]
            do throws(FileError) { files = try Self.files(path) } catch {
                count += 1
                try note(error, isOnlyOne: true)
                continue
            }
            for file in files {
                count += 1
                let image: Image
                do throws(FileError) { image = try Image(contentsOf: file) } catch {
                    try note(error, isOnlyOne: files.count == 1)
                    continue
                }
                try body(file, image)
            }
        }
        return broken > 0 ? UnreadableImages(unreadable: broken, count: count) : nil
    }

    private static func files(_ path: String) throws(FileError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return try ImageFolder(path).files.map { folder + $0 }
    }
}

/// Some of several images could not be read.
public struct UnreadableImages: Error, CustomStringConvertible {
    /// How many.
    public let unreadable: Int
    /// Of how many.
    public let count: Int

    /// Both numbers.
    public var description: String { "\(unreadable) of \(count) images could not be read" }
}
