import Foundation
import Gradus

/// The tensors of a file that PyTorch's `torch.save` has written: a state dictionary, or a checkpoint with one in it.
///
/// Both forms are read: the zip archive of PyTorch 1.6 and later, and the row of five pickles before it. A pickle is a
/// program; of its instructions only those that build dictionaries and tensors are known here, and nothing is ever
/// executed. Everything else is refused with its name and place.
///
/// Tensors keep PyTorch's names and layouts; `Module.load(torch:)` brings them into a model.
public struct TorchWeights: Sendable {
    /// The file.
    public let file: String
    /// The tensors by PyTorch's names, without the `module.` that `DataParallel` puts in front. Elements of other types were
    /// converted to `Float`.
    public let tensors: [String: Tensor<Float>]
    /// The names in the file's order.
    public let names: [String]

    /// Reads a file.
    ///
    /// - Throws: `FileError` when it cannot be read, ``TorchFileError`` when it is damaged or holds anything but tensors and
    ///   plain values.
    public init(contentsOf path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw FileError(path: path, reason: "cannot be read; does the file exist?")
        }
        try self.init(data, file: path)
    }

    /// The contents of a file in memory; `file` appears in errors.
    package init(_ data: Data, file: String) throws {
        let isArchive = data.starts(with: [0x50, 0x4B, 0x03, 0x04])
        let contents = isArchive ? try TorchArchive.read(data, file) : try LegacyTorchFile.read(data, file)
        let entries = try contents.stateDictionary(file)
        // Views of one storage share its bytes; were there no bound, a small file could ask for any amount of memory.
        var allowance = 4 * contents.storages.values.reduce(0) { $0 + $1.count }
        var tensors: [String: Tensor<Float>] = [:]
        let isParallel = !entries.isEmpty && entries.allSatisfy { $0.name.hasPrefix("module.") }
        var names: [String] = []
        for entry in entries {
            let name = isParallel ? String(entry.name.dropFirst("module.".count)) : entry.name
            guard tensors[name] == nil else { throw TorchFileError(file, "two tensors are called \"\(name)\"") }
            tensors[name] = try contents.tensor(entry.view, name: name, file, allowance: &allowance)
            names.append(name)
        }
        (self.file, self.tensors, self.names) = (file, tensors, names)
    }
}

/// What is wrong with a file of PyTorch's, or what in it is refused.
public struct TorchFileError: Error, CustomStringConvertible {
    /// The file.
    public let file: String
    /// The byte at which the pickle could not be followed, counted from the beginning of the file, or of the archive's entry
    /// that ``problem`` names.
    public let offset: Int?
    /// What came and what was expected.
    public let problem: String

    init(_ file: String, offset: Int? = nil, _ problem: String) {
        (self.file, self.offset, self.problem) = (file, offset, problem)
    }

    /// File, place and problem.
    public var description: String { "\(file): \(offset.map { "at byte \($0) " } ?? "")\(problem)" }
}
