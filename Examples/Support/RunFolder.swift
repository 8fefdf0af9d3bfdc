import Foundation
import Gradus

/// The folder that a run writes to, and what it wrote there.
public final class RunFolder {
    /// The folder's absolute path.
    public let path: String
    private var written: [String] = []

    /// Makes the folder if needed.
    ///
    /// - Throws: `FileError` when that is not possible.
    public init(_ path: String) throws {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        self.path = url.path
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: url.path, problem: "cannot be made; choose another folder with --out")
        }
        guard FileManager.default.isWritableFile(atPath: url.path) else {
            throw FileError(path: url.path, problem: "cannot be written to; choose another folder with --out")
        }
    }

    /// The absolute path of a file in the folder, which is then listed as written.
    public func file(_ name: String) -> String {
        let file = "\(path)/\(name)"
        note(file)
        return file
    }

    /// Lists a file at an absolute path as written.
    public func note(_ file: String) {
        if !written.contains(file) { written.append(file) }
    }

    /// Lists the files that are there.
    public func listFiles() {
        show("\nfiles:")
        for file in written where FileManager.default.fileExists(atPath: file) { show("  \(file)") }
    }
}
