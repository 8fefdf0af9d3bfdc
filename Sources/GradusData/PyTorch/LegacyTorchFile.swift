import Foundation
import Gradus

/// PyTorch's form before 1.6: five pickles (a magic number, the protocol, the writer's system, the object, the keys of the
/// storages), then for each key the number of elements in eight bytes, and the elements.
enum LegacyTorchFile {
    static let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    static func read(_ data: Data, _ file: String) throws -> TorchContents {
        // PROTO, and from protocol 4 on the frame's length in eight bytes, come before it.
        guard data.first == 0x80, [2, 11].contains(where: { data.dropFirst($0).starts(with: magic) }) else {
            throw FileError(
                path: file,
                problem: "is no file of torch.save: it begins neither as a zip archive nor with PyTorch's magic number")
        }
        var reader = PickleReader(data, file: file, part: "the pickle")
        _ = try reader.next()
        guard try reader.next().integer == 1001 else { throw reader.failure("has another protocol than 1001") }
        _ = try reader.next()
        let root = try reader.next()
        guard case .list(let list) = try reader.next() else {
            throw reader.failure("ends without the list of storages")
        }

        let weights = try StateDictionary.tensors(in: root, reader.objects, file)
        var types: [String: StorageType] = [:]
        for storage in reader.objects.storages { types[storage.key] = storage.type }
        var storages: [String: Data] = [:]
        var position = reader.position
        for value in reader.objects.sequences[list] {
            guard let key = value.text, let type = types[key], storages[key] == nil else {
                throw FileError(
                    path: file, offset: position, problem: "the list of storages names one that no tensor uses")
            }
            guard let size = type.size else {
                throw FileError(
                    path: file, offset: position,
                    problem: "a storage is a \(type.name), of whose numbers the size is not known")
            }
            guard data.count - position >= 8 else { throw cutShort(key, file, position) }
            let count = (0..<8).reduce(UInt64(0)) {
                $0 | UInt64(data[data.startIndex + position + $1]) << UInt64(8 * $1)
            }
            position += 8
            guard count <= UInt64((data.count - position) / size) else { throw cutShort(key, file, position) }
            let from = data.startIndex + position
            storages[key] = data[from..<(from + Int(count) * size)]
            position += Int(count) * size
        }
        return TorchContents(weights: weights, storages: storages)
    }

    private static func cutShort(_ key: String, _ file: String, _ position: Int) -> FileError {
        FileError(
            path: file, offset: position,
            problem: "the file ends before the numbers of storage \(key); it was probably cut short")
    }
}
