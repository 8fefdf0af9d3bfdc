import Foundation
import Gradus

/// An event file that TensorBoard shows: scalars over steps, and images.
///
/// The file is a sequence of TFRecord frames (length, its checksum, data, its checksum) of `Event` messages in protocol
/// buffer encoding; both formats are TensorFlow's.
public final class TensorBoardWriter {
    /// The event file.
    public let path: String
    private let first: (step: Int, time: Date)
    private var handle: FileHandle?

    /// A new event file in a folder; both are created with the first event.
    ///
    /// - Parameter step: the first step that follows. What earlier files of the folder show from there on is dropped by
    ///   TensorBoard, so a run that is resumed has one curve.
    public init(folder: URL, from step: Int = 0, now: Date = Date()) {
        let name =
            "events.out.tfevents.\(Int(now.timeIntervalSince1970)).gradus.\(ProcessInfo.processInfo.processIdentifier)"
        path = folder.appendingPathComponent(name).path
        first = (step, now)
    }

    private func open() throws -> FileHandle {
        if let handle { return handle }
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
            handle = try FileHandle(forWritingTo: url)
        } catch {
            throw FileError(path: path, problem: "cannot be written: \(error.localizedDescription)")
        }
        try write(ProtocolMessage().double(1, first.time.timeIntervalSince1970).text(3, "brain.Event:2"))
        let started = ProtocolMessage().integer(1, 1)
        try write(
            ProtocolMessage().double(1, first.time.timeIntervalSince1970).integer(2, first.step).message(7, started))
        return handle!
    }

    /// Adds a point of the curve `tag`.
    ///
    /// - Throws: ``FileError``.
    public func scalar(_ tag: String, _ value: Float, step: Int, now: Date = Date()) throws {
        try add(ProtocolMessage().text(1, tag).float(2, value), step, now)
    }

    /// Adds a PNG image of the given size under `tag`.
    ///
    /// - Throws: ``FileError``.
    public func image(_ tag: String, png: Data, width: Int, height: Int, step: Int, now: Date = Date()) throws {
        let image = ProtocolMessage().integer(1, height).integer(2, width).integer(3, 3).bytes(4, png)
        try add(ProtocolMessage().text(1, tag).message(4, image), step, now)
    }

    private func add(_ value: ProtocolMessage, _ step: Int, _ now: Date) throws {
        let summary = ProtocolMessage().message(1, value)
        try write(ProtocolMessage().double(1, now.timeIntervalSince1970).integer(2, step).message(5, summary))
    }

    private func write(_ event: ProtocolMessage) throws {
        let handle = try open()
        do {
            try handle.write(contentsOf: recordFrame(event.data))
        } catch {
            throw FileError(path: path, problem: "cannot be written: \(error.localizedDescription)")
        }
    }
}

/// Data as a TFRecord frame.
package func recordFrame(_ data: Data) -> Data {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(maskedChecksum(length)) + data + littleEndian(maskedChecksum(data))
}

private func littleEndian<Number: FixedWidthInteger>(_ value: Number) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
}

/// CRC-32C, rotated and moved as TFRecord wants it.
private func maskedChecksum(_ data: Data) -> UInt32 {
    let crc = crc32c(data)
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
}

/// The checksum CRC-32C (Castagnoli), as in RFC 3720.
package func crc32c(_ data: Data) -> UInt32 {
    ~data.reduce(~UInt32(0)) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82f6_3b78 : 0) }
    }
}
