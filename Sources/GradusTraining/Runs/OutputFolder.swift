import Foundation
import Gradus

/// The folder to which a command writes what it makes with a trained network, as that of the run.
public final class OutputFolder {
    /// The folder's absolute path.
    public let path: String
    private var written: [String] = []

    /// A folder, which is made if needed.
    ///
    /// - Throws: `FileError` when nothing can be written there.
    public init(_ path: String) throws {
        self.path = RunFolder.absolute(path)
        try RunFolder.create(self.path)
    }

    /// The absolute path of a file in the folder, which is listed at the end.
    public func file(_ name: String) -> String {
        if !written.contains(name) { written.append(name) }
        return "\(path)/\(name)"
    }

    /// Prints the files that are there.
    public func listFiles() {
        show("\nfiles:")
        for name in written where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            show("  \(path)/\(name)")
        }
    }
}
