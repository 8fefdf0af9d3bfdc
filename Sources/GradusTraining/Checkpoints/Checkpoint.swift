import Foundation
import Gradus

/// A file of named parts: models, optimizers, generators, positions, and any encodable value.
///
/// ```swift
/// let parts: [(String, CheckpointPart)] = [
///     ("model", .module(model)), ("optimizer", .optimizer(adam, of: model)), ("random", .random(random)),
/// ]
/// try Checkpoint.save(parts, to: "run.safetensors")
/// try Checkpoint.restore(parts, from: "run.safetensors")
/// ```
///
/// It is a safetensors file. The tensors of the part `model` have their own names, so that any reader of the format, and
/// `Module.load(from:)`, finds the weights; those of another part begin with its name and a slash. The parts' values are JSON
/// in the file's metadata.
public struct Checkpoint {
    /// The file.
    public let path: String
    private let file: SafeTensors
    let values: [String: JSONValue]

    /// The part whose tensors have no prefix.
    public static let model = "model"

    /// Reads a checkpoint.
    ///
    /// - Throws: `FileError` for a file that cannot be read, is damaged, or holds weights only.
    public init(contentsOf path: String) throws {
        self.path = path
        file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
        guard let text = file.metadata[SafeTensors.partsKey],
            let values = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
        else { throw FileError(path: path, problem: "holds weights only; it is no checkpoint of a training") }
        self.values = values
    }

    /// The names of the parts.
    public var parts: [String] { values.keys.sorted() }

    /// The value of a part.
    ///
    /// - Throws: `FileError` when there is no such part, or its value is another.
    public func value<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try CheckpointPart.Section(file: path, name: name, value: json(name)).decoded()
    }

    /// Puts parts back. Parts of the file that are not named are passed over.
    ///
    /// - Throws: `FileError`, or `CheckpointMismatch`; nothing is changed then.
    public func restore(_ parts: [(name: String, part: CheckpointPart)]) throws {
        let changes = try parts.map { try $0.part.read(section($0.name)) }
        for change in changes { change() }
    }

    /// Puts parts back from a file.
    ///
    /// - Throws: `FileError`, or `CheckpointMismatch`; nothing is changed then.
    public static func restore(_ parts: [(name: String, part: CheckpointPart)], from path: String) throws {
        try Checkpoint(contentsOf: path).restore(parts)
    }

    /// Writes parts to a file.
    ///
    /// - Throws: `FileError`; an old file is then untouched.
    /// - Traps: when two parts have one name, or a name contains a slash.
    public static func save(_ parts: [(name: String, part: CheckpointPart)], to path: String) throws {
        var (tensors, values): ([String: Tensor<Float>], [String: JSONValue]) = ([:], [:])
        for (name, part) in parts {
            check(
                values[name] == nil && !name.contains("/"), "Checkpoint: two parts \"\(name)\", or a slash in the name")
            var section = CheckpointPart.Section(file: path, name: name)
            try part.write(&section)
            values[name] = section.value
            for (key, tensor) in section.tensors { tensors[name == model ? key : "\(name)/\(key)"] = tensor }
        }
        let metadata = ["format": "gradus", SafeTensors.partsKey: JSONValue.object(values).description]
        try SafeTensors(tensors: tensors, metadata: metadata).write(to: URL(fileURLWithPath: path))
    }

    private func json(_ name: String) throws -> JSONValue {
        guard let value = values[name] else {
            throw FileError(
                path: path, problem: "has no part \"\(name)\"",
                advice: "It holds \(parts.joined(separator: ", ")); was it written by another program?")
        }
        return value
    }

    private func section(_ name: String) throws -> CheckpointPart.Section {
        let value = try json(name)
        let own: [(String, Tensor<Float>)] =
            name == Self.model
            ? Array(file.weights)
            : file.tensors.compactMap { key, tensor in key.rest(after: name + "/").map { ($0, tensor) } }
        for (key, tensor) in own {
            try checkFinite(tensor, name == Self.model ? key : "\(name)/\(key)", file: path)
        }
        return CheckpointPart.Section(
            file: path, name: name, tensors: Dictionary(uniqueKeysWithValues: own), value: value)
    }
}
