import Foundation
import Gradus

/// A message in protocol buffer encoding, built field by field.
struct ProtocolMessage {
    private(set) var data = Data()

    private func adding(_ field: Int, _ wireType: Int, _ body: Data) -> ProtocolMessage {
        var message = self
        message.data.append(varint(UInt64(field << 3 | wireType)))
        message.data.append(body)
        return message
    }

    func integer(_ field: Int, _ value: Int) -> ProtocolMessage {
        adding(field, 0, varint(UInt64(bitPattern: Int64(value))))
    }

    func double(_ field: Int, _ value: Double) -> ProtocolMessage {
        adding(field, 1, withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) })
    }

    func float(_ field: Int, _ value: Float) -> ProtocolMessage {
        adding(field, 5, withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) })
    }

    func bytes(_ field: Int, _ value: Data) -> ProtocolMessage {
        adding(field, 2, varint(UInt64(value.count)) + value)
    }

    func text(_ field: Int, _ value: String) -> ProtocolMessage { bytes(field, Data(value.utf8)) }

    func message(_ field: Int, _ value: ProtocolMessage) -> ProtocolMessage { bytes(field, value.data) }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    private func varint(_ value: UInt64) -> Data {
        var (rest, bytes) = (value, Data())
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f | 0x80))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        return bytes
    }
}
