import Foundation
import Gradus

/// What a file of PyTorch's holds: the object that was saved, and the numbers that its tensors are views of.
struct TorchContents {
    let root: PickleValue
    let objects: PickleObjects
    /// The bytes of each storage by its key.
    let storages: [String: Data]

    /// The tensors by name: those of the saved dictionary, or of the dictionary in it that is called `state_dict` or alike.
    func stateDictionary(_ file: String) throws -> [(name: String, view: TensorView)] {
        if case .tensor(let index) = root { return [(name: "tensor", view: objects.tensors[index])] }
        guard case .dictionary(let top) = root else {
            throw TorchFileError(file, "holds \(root.kind) instead of a dictionary of tensors")
        }
        let entries = objects.dictionaries[top]
        let found = tensors(entries)
        if !found.isEmpty { return found }
        for name in ["state_dict", "model_state_dict", "model", "net", "weights"] {
            let inner = entries.first { $0.key.text == name }
            if case .dictionary(let index) = inner?.value {
                let found = tensors(objects.dictionaries[index])
                if !found.isEmpty { return found }
            }
        }
        let keys = entries.prefix(8).compactMap(\.key.text).joined(separator: ", ")
        throw TorchFileError(
            file, "holds a dictionary without tensors (its keys: \(keys)); save the model's state_dict()")
    }

    private func tensors(_ entries: [(key: PickleValue, value: PickleValue)]) -> [(name: String, view: TensorView)] {
        entries.compactMap { entry in
            guard case .tensor(let index) = entry.value, let name = entry.key.text else { return nil }
            return (name: name, view: objects.tensors[index])
        }
    }

    /// The numbers of a tensor, in row-major order.
    func tensor(
        _ view: TensorView, name: String, _ file: String, allowance: inout Int
    ) throws -> Tensor<Float> {
        func failure(_ problem: String) -> TorchFileError { TorchFileError(file, "\"\(name)\" \(problem)") }
        let type = view.storage.type.number!
        guard let bytes = storages[view.storage.key] else {
            throw failure("lies in storage \(view.storage.key), which the file does not hold")
        }
        let held = bytes.count / type.size
        guard view.storage.count <= held else {
            throw failure("lies in a storage of \(view.storage.count) numbers, of which the file holds \(held)")
        }
        guard let (count, last) = view.extent, count == 0 || last < held else {
            throw failure(
                "of shape \(view.shape), strides \(view.strides) and offset \(view.offset) does not lie in its "
                    + "storage of \(held) numbers")
        }
        guard count <= held, count * MemoryLayout<Float>.size <= 2 * max(0, allowance) else {
            throw failure("of shape \(view.shape) repeats numbers: the tensors are far larger than the file")
        }
        allowance -= count * type.size
        var result = Tensor<Float>(zeros: view.shape)
        result.withUnsafeMutableElements { out in
            guard count > 0, let base = out.baseAddress else { return }
            bytes.withUnsafeBytes { copy(view, type, $0, to: base) }
        }
        return result
    }

    private func copy(
        _ view: TensorView, _ type: StoredNumber, _ bytes: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<Float>
    ) {
        let (count, _) = view.extent!
        if view.isContiguous {
            return type.convert(UnsafeRawBufferPointer(rebasing: bytes[(view.offset * type.size)...]), into: out, count)
        }
        let (width, step) = (view.shape.last ?? 1, view.strides.last ?? 1)
        // One run along the last axis after the other.
        var index = [Int](repeating: 0, count: max(0, view.shape.count - 1))
        for run in 0..<(count / max(1, width)) {
            let start = view.offset + zip(index, view.strides).reduce(0) { $0 + $1.0 * $1.1 }
            type.convert(
                UnsafeRawBufferPointer(rebasing: bytes[(start * type.size)...]), into: out + run * width, width,
                stride: step)
            for axis in index.indices.reversed() {
                index[axis] += 1
                if index[axis] < view.shape[axis] { break }
                index[axis] = 0
            }
        }
    }
}

extension TensorView {
    /// The number of elements and the place of the last one in the storage; `nil` when they are no possible numbers.
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

extension KnownGlobal {
    /// The numbers that a storage of this name holds.
    var number: StoredNumber? {
        switch self {
        case .float: .float
        case .double: .double
        case .half: .half
        case .brain: .brain
        case .int64: .int64
        case .int32: .int32
        case .int16: .int16
        case .int8: .int8
        case .uint8: .uint8
        case .bool: .bool
        default: nil
        }
    }
}
