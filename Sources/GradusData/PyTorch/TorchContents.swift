import Foundation
import Gradus

/// The contents of a PyTorch file: its weights, as views of the storages outside the pickle.
struct TorchContents {
    /// The names of the weights in the file's order, and their storages.
    let weights: [(name: String, view: TensorView)]
    /// The bytes of each storage by its key.
    let storages: [String: Data]

    /// The elements of a tensor in row-major order, or why they cannot be read.
    ///
    /// - Parameter allowance: the bytes that may still be made; those of this tensor are subtracted.
    func tensor(
        _ view: TensorView, name: String, _ file: String, allowance: inout Int
    ) throws -> Result<Tensor<Float>, UnreadNumbers> {
        func failure(_ problem: String) -> FileError { FileError(path: file, problem: "\"\(name)\" \(problem)") }
        guard let type = view.type.number else {
            return .failure(UnreadNumbers(reason: "holds numbers of \(view.type.name), which are not read"))
        }
        let storage = view.storage
        guard let bytes = storages[storage.key] else {
            throw failure("is in storage \(storage.key), which the file does not hold")
        }
        // A storage without a type counts bytes.
        let elements = storage.count * (storage.type.size ?? 1) / type.size
        let start = storage.offset * (storage.type.size ?? 1)
        let held = max(0, bytes.count - start) / type.size
        guard elements <= held else {
            throw failure("is in a storage of \(storage.count) numbers, of which the file holds \(held)")
        }
        guard let (count, last) = view.extent, count == 0 || last < elements else {
            throw failure(
                "of shape \(view.shape), strides \(view.strides) and offset \(view.offset) is not inside its "
                    + "storage of \(elements) numbers")
        }
        guard count <= allowance / MemoryLayout<Float>.size else {
            throw failure("of shape \(view.shape) repeats numbers: the tensors are far larger than the file")
        }
        allowance -= count * MemoryLayout<Float>.size
        var result = Tensor<Float>(zeros: view.shape)
        let inexact = result.withUnsafeMutableElements { out -> String? in
            guard count > 0, let base = out.baseAddress else { return nil }
            return bytes.withUnsafeBytes {
                copy(view, type, UnsafeRawBufferPointer(rebasing: $0[start...]), to: base)
            }
        }
        if let inexact { return .failure(UnreadNumbers(reason: "holds \(inexact), which no Float can represent")) }
        return .success(result)
    }

    private func copy(
        _ view: TensorView, _ type: StoredNumber, _ bytes: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<Float>
    ) -> String? {
        let (count, _) = view.extent!
        if view.isContiguous {
            return type.convert(UnsafeRawBufferPointer(rebasing: bytes[(view.offset * type.size)...]), into: out, count)
        }
        let (width, step) = (view.shape.last ?? 1, view.strides.last ?? 1)
        // Row by row along the last axis.
        var index = [Int](repeating: 0, count: max(0, view.shape.count - 1))
        for run in 0..<(count / max(1, width)) {
            let start = view.offset + zip(index, view.strides).reduce(0) { $0 + $1.0 * $1.1 }
            let inexact = type.convert(
                UnsafeRawBufferPointer(rebasing: bytes[(start * type.size)...]), into: out + run * width, width,
                stride: step)
            if let inexact { return inexact }
            for axis in index.indices.reversed() {
                index[axis] += 1
                if index[axis] < view.shape[axis] { break }
                index[axis] = 0
            }
        }
        return nil
    }
}

/// Why the elements of a tensor cannot be read as `Float`.
struct UnreadNumbers: Error {
    let reason: String
}

extension TensorView {
    /// The number of elements and the offset of the last one in the storage; `nil` when they are impossible.
    var extent: (count: Int, last: Int)? {
        var (count, last) = (1, offset)
        for (length, step) in zip(shape, strides) {
            let (product, tooMany) = count.multipliedReportingOverflow(by: length)
            let (reach, tooFar) = max(0, length - 1).multipliedReportingOverflow(by: step)
            let (end, beyond) = last.addingReportingOverflow(reach)
            if tooMany || tooFar || beyond { return nil }
            (count, last) = (product, end)
        }
        return (count, last)
    }

    var isContiguous: Bool {
        var expected = 1
        for (length, step) in zip(shape, strides).reversed() where length != 1 {
            if step != expected { return false }
            expected *= length
        }
        return true
    }
}

/// PyTorch's format before 1.6: five pickles (a magic number, the protocol, the writer's system, the object, the keys of the
/// storages), then for each key the number of elements in eight bytes, and the elements.
enum LegacyTorchFile {
    static let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    static func read(_ data: Data, _ file: String) throws -> TorchContents {
        // PROTO comes before it, and from protocol 4 on the frame's length in eight bytes.
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
