import Foundation
import Gradus

/// A value in a line of a log.
public enum LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, Sendable {
    /// A text.
    case text(String)
    /// A number; one that is not finite becomes `null`, which is all that JSON has for it.
    case number(Double)
    /// An integer.
    case integer(Int)
    /// Several values.
    case list([LogValue])

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// An integer.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }

    /// The value as JSON.
    var json: String {
        switch self {
        case .text(let text): quoted(text)
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .integer(let integer): "\(integer)"
        case .list(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
        }
    }
}

/// A text file with one JSON object a line, each with an `event`, for other programs to read while a run goes on.
public final class EventLog {
    /// The file's length in bytes.
    public private(set) var length: Int
    private let handle: FileHandle
    private let path: String

    /// Begins the file anew, or with `keepingBytes` goes on behind that many bytes of what is there.
    ///
    /// A run that continues from a checkpoint keeps the ``length`` that the log had then.
    ///
    /// - Throws: ``FileError``.
    public init(_ url: URL, keepingBytes kept: Int = 0) throws {
        path = url.path
        let old = kept > 0 ? (try? Data(contentsOf: url))?.prefix(kept) ?? Data() : Data()
        // Should the file have been cut within a line, that line goes.
        let whole = old.lastIndex(of: UInt8(ascii: "\n")).map { old[...$0] } ?? Data()
        try AtomicFile.write(Data(whole), to: url)
        length = whole.count
        guard let handle = try? FileHandle(forWritingTo: url) else {
            throw FileError(path: path, problem: "cannot be opened for writing")
        }
        self.handle = handle
        _ = try? handle.seekToEnd()
    }

    /// Adds one line: `{"event": event, …}` with the fields in the given order.
    ///
    /// - Throws: ``FileError``, as when the disk is full.
    public func write(_ event: String, _ fields: KeyValuePairs<String, LogValue> = [:]) throws {
        try write(event, fields.map { ($0.key, $0.value) })
    }

    /// Adds one line with the fields in the given order.
    ///
    /// - Throws: ``FileError``, as when the disk is full.
    public func write(_ event: String, _ fields: [(String, LogValue)]) throws {
        let parts = [("event", LogValue.text(event))] + fields
        let line = "{" + parts.map { "\(quoted($0)): \($1.json)" }.joined(separator: ", ") + "}\n"
        do {
            try handle.write(contentsOf: Data(line.utf8))
            length += line.utf8.count
        } catch {
            throw FileError(path: path, problem: "cannot be written: \(error.localizedDescription)")
        }
    }
}

/// A JSON string.
private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case _ where scalar.value < 0x20: "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
    }
    return "\"" + escaped.joined() + "\""
}
