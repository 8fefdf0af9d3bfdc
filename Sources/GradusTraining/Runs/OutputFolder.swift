import Foundation
import Gradus

/// The folder to which a command writes what it makes with a trained network, as that of the run.
public final class OutputFolder {
    /// The folder's absolute path.
    public let path: String
    private var written: [String] = []
    private let start = ProcessInfo.processInfo.systemUptime

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

    /// Prints what was measured beside what was expected, writes it as the log's last line, and lists the files.
    ///
    /// The seconds since the folder was opened and the process's peak memory are added.
    public func finish(_ metrics: [Metric], _ log: EventLog) throws {
        let seconds = ProcessInfo.processInfo.systemUptime - start
        let all = metrics + [Metric("seconds", seconds, unit: "s"), Metric("peak_mib", peakMemoryInMiB(), unit: "MiB")]
        all.show()
        try log.result(all)
        listFiles()
    }
}
