import ExampleSupport
import Foundation
import GradusData
import GradusVision

/// The images that a command line names: files, and folders of them.
struct NamedImages {
    let operands: [String]

    /// Calls `body` with each image and its path, one after the other; a line on standard error names each that cannot be read.
    ///
    /// - Throws: ``UnreadImages`` at the end, when there were such; the error itself when there is but one image; what `body`
    ///   throws, at once.
    func forEach(_ body: (String, GradusVision.Image) throws -> Void) throws {
        var (count, unread) = (0, 0)
        func name(_ problem: some Error, isOnlyOne: Bool) throws {
            if isOnlyOne && operands.count == 1 { throw problem }
            FileHandle.standardError.write(Data("error: \(problem)\n".utf8))
            unread += 1
        }
        for operand in operands {
            let paths: [String]
            do {
                paths = try Self.paths(operand)
            } catch {
                count += 1
                try name(error, isOnlyOne: true)
                continue
            }
            for path in paths {
                count += 1
                let image: GradusVision.Image
                do {
                    image = try Image(contentsOf: path)
                } catch {
                    try name(error, isOnlyOne: paths.count == 1)
                    continue
                }
                try body(path, image)
            }
        }
        if unread > 0 { throw UnreadImages(unread: unread, count: count) }
    }

    /// The images in a folder and in the folders in it, or the one file.
    private static func paths(_ operand: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: operand, isDirectory: &isFolder), isFolder.boolValue else {
            return [operand]
        }
        let folder = operand.hasSuffix("/") ? operand : operand + "/"
        return try ImageFolder(operand).files.map { folder + $0 }
    }
}

/// Some of the images that a command line names could not be read.
struct UnreadImages: Error, CustomStringConvertible {
    let unread: Int
    let count: Int

    var description: String { "\(unread) of \(count) images could not be read" }
}
