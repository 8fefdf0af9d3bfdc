import Foundation
import Gradus

/// The tensors of a file written by PyTorch's `torch.save`: a state dictionary, or a checkpoint that contains one.
///
/// Both formats are read: the zip archive of PyTorch 1.6 and later, and the older sequence of five pickles. In a checkpoint the
/// weights are found by their usual names (`state_dict`, `model`, `net`, …), or are the dictionary with the most tensors;
/// optimizers, schedules and other state are ignored.
///
/// A pickle is a program; only instructions that build dictionaries and tensors are followed, and nothing is ever executed. A
/// file is refused when a weight would be made by anything else.
///
/// Tensors keep PyTorch's names and layouts; `Module.load(torch:)` brings them into a model.
public struct TorchWeights: Sendable {
    /// The file.
    let file: String
    /// The tensors by PyTorch's names, without a prefix that all of them share: the `module.` of `DataParallel`, the `_orig_mod.`
    /// of `torch.compile`, the `model.` of Lightning, `net.`. Elements of other types were converted to `Float`; see ``leftOut``.
    public let tensors: [String: Tensor<Float>]
    /// The tensors that ``tensors`` lacks, each with the reason: complex or quantized numbers, or an integer that no `Float` can
    /// represent, as 2²⁴ + 1.
    public let leftOut: [String: String]
    /// The names in the file's order.
    public let names: [String]

    /// Reads a file.
    ///
    /// - Throws: `FileError` when it cannot be read, is damaged, or holds anything but tensors and plain values.
    public init(contentsOf path: String) throws {
        try self.init(WholeFile.mapped(path), file: path)
    }

    /// The contents of a file in memory; `file` appears in errors.
    package init(_ data: Data, file: String) throws {
        let isArchive = data.starts(with: [0x50, 0x4B, 0x03, 0x04])
        let contents = isArchive ? try TorchArchive.read(data, file) : try LegacyTorchFile.read(data, file)
        // Views of one storage share its bytes; without a bound, a small file could ask for any amount of memory.
        var allowance = 8 * contents.storages.values.reduce(0) { $0 + $1.count } + Self.repeatedBytes
        var (tensors, leftOut): ([String: Tensor<Float>], [String: String]) = ([:], [:])
        var names: [String] = []
        let wrappers = TorchWrappers(contents.weights.map(\.name))
        var seen: [String: String] = [:]
        for (original, view) in contents.weights {
            let name = wrappers.removed(from: original)
            if let other = seen.updateValue(name, forKey: name) {
                let how = other.utf8.elementsEqual(name.utf8) ? "" : " in two Unicode forms, which are equal as names"
                throw FileError(path: file, problem: "two tensors are called \"\(name)\"\(how)")
            }
            switch try contents.tensor(view, name: name, file, allowance: &allowance) {
            case .success(let tensor):
                tensors[name] = tensor
                names.append(name)
            case .failure(let unread): leftOut[name] = unread.reason
            }
        }
        (self.file, self.tensors, self.leftOut, self.names) = (file, tensors, leftOut, names)
    }

    /// The bytes that are always allowed for elements that views repeat, as expanded tensors do.
    private static let repeatedBytes = 16 << 20
}
