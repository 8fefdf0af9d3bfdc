import Foundation
import Gradus

/// The contents of a PyTorch file: its weights, as views of the storages outside the pickle.
struct TorchContents {
    /// The weights' names, in the file's order, and where their numbers are.
    let weights: [(name: String, view: TensorView)]
    /// The bytes of each storage by its key.
    let storages: [String: Data]

    /// The numbers of a tensor, in row-major order, or why they are no `Float`s.
    ///
    /// - Parameter allowance: how many bytes of numbers may still be made; it sinks by this tensor's.
    func tensor(
        _ view: TensorView, name: String, _ file: String, allowance: inout Int
    ) throws -> Result<Tensor<Float>, UnreadNumbers> {
        func failure(_ problem: String) -> FileError { FileError(path: file, problem: "\"\(name)\" \(problem)") }
        guard let type = view.type.number else {
            return .failure(UnreadNumbers(reason: "holds numbers of \(view.type.name), which are not read"))
        }
        let storage = view.storage
        guard let bytes = storages[storage.key] else {
            throw failure("lies in storage \(storage.key), which the file does not hold")
        }
        // A storage without a type counts bytes.
        let elements = storage.count * (storage.type.size ?? 1) / type.size
        let start = storage.offset * (storage.type.size ?? 1)
        let held = max(0, bytes.count - start) / type.size
        guard elements <= held else {
            throw failure("lies in a storage of \(storage.count) numbers, of which the file holds \(held)")
        }
        guard let (count, last) = view.extent, count == 0 || last < elements else {
            throw failure(
                "of shape \(view.shape), strides \(view.strides) and offset \(view.offset) does not lie in its "
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
        // One run along the last axis after the other.
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

/// Why a tensor's numbers cannot be had as `Float`.
struct UnreadNumbers: Error {
    let reason: String
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
