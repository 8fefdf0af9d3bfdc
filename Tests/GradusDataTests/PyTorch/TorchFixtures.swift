import Foundation
import Gradus
import GradusData

/// A file of Tests/Reference/torch_files.py.
func torchFixture(_ name: String) -> String { Bundle.module.path(forResource: "Fixtures/\(name)", ofType: nil)! }

func torchFixtureBytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: torchFixture(name))) }

/// What reading the bytes throws, in words; `nil` when they are read.
func torchProblem(_ data: Data) -> String? {
    do {
        _ = try TorchWeights(data, file: "some.pth")
        return nil
    } catch {
        return "\(error)"
    }
}

/// A legacy file around a pickle of an object, with storages behind it.
func legacyFile(_ object: [UInt8], keys: [String] = [], storages: [UInt8] = []) -> Data {
    func list(_ keys: [String]) -> [UInt8] {
        let texts = keys.flatMap { [UInt8(ascii: "X"), UInt8($0.utf8.count), 0, 0, 0] + Array($0.utf8) }
        return [UInt8(ascii: "]"), UInt8(ascii: "(")] + texts + [UInt8(ascii: "e"), UInt8(ascii: ".")]
    }
    let magic: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    return Data(
        magic + [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E] + [0x80, 2, 0x7D, 0x2E] + [0x80, 2] + object + [0x80, 2] + list(keys)
            + storages)
}

/// The instructions for a tensor in storage "0" of `count` floats.
func tensorPickle(count: Int32, shape: [Int32], strides: [Int32], offset: Int32 = 0) -> [UInt8] {
    func number(_ value: Int32) -> [UInt8] {
        [UInt8(ascii: "J")] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    func text(_ value: String) -> [UInt8] { [UInt8(ascii: "X"), UInt8(value.utf8.count), 0, 0, 0] + Array(value.utf8) }
    func tuple(_ values: [Int32]) -> [UInt8] { [UInt8(ascii: "(")] + values.flatMap(number) + [UInt8(ascii: "t")] }
    let storage =
        [UInt8(ascii: "(")] + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu")
        + number(count) + Array("NtQ".utf8)
    return Array("ctorch._utils\n_rebuild_tensor\n(".utf8) + storage + number(offset) + tuple(shape) + tuple(strides)
        + Array("tR".utf8)
}

/// The same in a dictionary under the name "w".
func statePickle(_ tensor: [UInt8]) -> [UInt8] {
    [UInt8(ascii: "}"), UInt8(ascii: "X"), 1, 0, 0, 0, UInt8(ascii: "w")] + tensor + Array("s.".utf8)
}
