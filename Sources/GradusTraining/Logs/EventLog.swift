import Foundation
import Gradus

/// A text file with one JSON object a line, each with an `event`, for other programs to read during a run.
public final class EventLog {
    /// The file's length in bytes.
    public private(set) var length: Int
    private let url: URL
    private var handle: FileHandle?

    /// A log that begins anew at the first line, or with `keepingBytes` after that many bytes of the present file.
    ///
    /// A run that continues from a checkpoint keeps the ``length`` that the log had then. Until the first line is written the
    /// file stays as it is.
    public init(_ url: URL, keepingBytes kept: Int = 0) { (self.url, length) = (url, kept) }

    private func open() throws -> FileHandle {
        if let handle { return handle }
        let old = length > 0 ? (try? Data(contentsOf: url))?.prefix(length) ?? Data() : Data()
        // Should the file have been cut within a line, that line goes.
        let whole = old.lastIndex(of: UInt8(ascii: "\n")).map { old[...$0] } ?? Data()
        try AtomicFile.write(Data(whole), to: url)
        length = whole.count
        guard let handle = try? FileHandle(forWritingTo: url) else {
            throw FileError(path: url.path, problem: "cannot be opened for writing")
        }
        _ = try? handle.seekToEnd()
        self.handle = handle
        return handle
    }

    /// Adds one line: `{"event": event, …}` with the fields in the given order.
    ///
    /// - Throws: ``FileError``, as when the disk is full.
    public func write(_ event: String, _ fields: KeyValuePairs<String, JSONValue> = [:]) throws {
        try write(event, fields.map { ($0.key, $0.value) })
    }

    /// Adds one line with the fields in the given order.
    ///
    /// - Throws: ``FileError``, as when the disk is full.
    public func write(_ event: String, _ fields: [(String, JSONValue)]) throws {
        let parts = [("event", JSONValue.text(event))] + fields
        let line = "{" + parts.map { "\(JSONValue.text($0)): \($1)" }.joined(separator: ", ") + "}\n"
        let handle = try open()
        do {
            try handle.write(contentsOf: Data(line.utf8))
            length += line.utf8.count
        } catch {
            throw FileError(path: url.path, problem: "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Adds the line `{"event": "result", …}` with metrics by name.
    ///
    /// - Throws: ``FileError``, as when the disk is full.
    public func result(_ metrics: [Metric]) throws { try write("result", metrics.fields) }
}
