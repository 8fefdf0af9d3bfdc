import Foundation
import Gradus

/// A folder to which a command writes its results, as that of the run whose network it uses.
public final class OutputFolder {
    /// The folder's absolute path.
    public let path: String
    private var written: [String] = []

    /// A folder, which is created if it is not there.
    ///
    /// - Throws: `FileError`.
    public init(_ path: String) throws {
        self.path = RunFolder.absolute(path)
        try RunFolder.create(self.path)
    }

    /// The absolute path of a file in the folder, which is listed as written.
    public func file(_ name: String) -> String {
        if !written.contains(name) { written.append(name) }
        return "\(path)/\(name)"
    }

    /// Writes a text, as lines or an SVG image, to a file in the folder.
    ///
    /// - Throws: `FileError`.
    public func write(_ text: String, to name: String) throws {
        try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: file(name)))
    }

    /// Prints the files that are there.
    public func listFiles() {
        show("\nfiles:")
        for name in written where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            show("  \(path)/\(name)")
        }
    }
}
