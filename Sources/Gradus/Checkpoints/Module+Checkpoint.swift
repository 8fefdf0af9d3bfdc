import Foundation

/// A checkpoint that does not fit the model.
public struct CheckpointMismatch: InputError, CustomStringConvertible {
    /// The file.
    public let file: String
    /// Names that the model has and the file lacks.
    public let missing: [String]
    /// Names that the file has and the model lacks.
    public let leftOver: [String]
    /// Names whose shapes differ: the model's, then the file's.
    public let misshapen: [(name: String, expected: [Int], found: [Int])]

    /// The differences between the checkpoint in `file` and a model.
    public init(
        file: String, missing: [String], leftOver: [String],
        misshapen: [(name: String, expected: [Int], found: [Int])]
    ) {
        (self.file, self.missing, self.leftOver, self.misshapen) = (file, missing, leftOver, misshapen)
    }

    /// The differences, by name.
    public var description: String {
        var lines = ["\(file): this is the checkpoint of another model"]
        if !missing.isEmpty { lines.append("missing here: \(listed(missing))") }
        if !leftOver.isEmpty { lines.append("unknown to the model: \(listed(leftOver))") }
        if !misshapen.isEmpty {
            lines.append(
                "of another shape: \(listed(misshapen.map { "\($0.name) (expected \($0.expected), found \($0.found))" }))"
            )
        }
        return lines.joined(separator: "\n  ")
    }

    private func listed(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}

extension Module {
    /// The values of all parameters by name.
    public var namedTensors: [String: Tensor<Float>] {
        Dictionary(uniqueKeysWithValues: namedParameters().map { ($0.name, $0.parameter.stored) })
    }

    /// Writes all parameters to a safetensors file.
    ///
    /// - Throws: ``FileError``; an old file is then untouched.
    public func save(to path: String) throws {
        try SafeTensors(tensors: namedTensors, metadata: ["format": "gradus"]).write(to: URL(fileURLWithPath: path))
    }

    /// Loads all parameters from a safetensors file, or none if something does not fit.
    ///
    /// The file may be a training checkpoint; the optimizer's state is ignored.
    ///
    /// - Throws: ``FileError``, an error about a damaged file, or ``CheckpointMismatch``.
    public func load(from path: String) throws {
        try load(SafeTensors(contentsOf: URL(fileURLWithPath: path)), file: path)
    }

    /// Loads all parameters from a file's contents, or none if something does not fit.
    package func load(_ contents: SafeTensors, file: String) throws {
        for (name, _) in namedParameters() {
            if let reason = contents.leftOut[name] { throw FileError(path: file, problem: "\"\(name)\" \(reason)") }
        }
        try load(contents.weights, file: file)
    }

    /// Loads the parameters that a safetensors file has under the same name and in the same shape.
    ///
    /// - Returns: the names of the model's parameters that the file did not fill.
    /// - Throws: ``FileError``, or an error about a damaged file.
    @discardableResult
    public func loadMatching(from path: String) throws -> [String] {
        let tensors = try SafeTensors(contentsOf: URL(fileURLWithPath: path)).tensors
        let fitting = namedParameters().filter { tensors[$0.name]?.shape == $0.parameter.shape }
        for (name, _) in fitting { try checkFinite(tensors[name]!, name, file: path) }
        for (name, parameter) in fitting { parameter.value = tensors[name]! }
        let filled = Set(fitting.map(\.name))
        return namedParameters().map(\.name).filter { !filled.contains($0) }
    }

    /// Loads all parameters from `tensors`, or none if something does not fit or is not finite; `file` appears in errors.
    ///
    /// ```swift
    /// try target.load(model.namedTensors)      // a copy of a model's weights
    /// ```
    ///
    /// - Throws: ``CheckpointMismatch``, or ``FileError`` when a weight is NaN or infinite.
    public func load(_ tensors: [String: Tensor<Float>], file: String = "the given tensors") throws {
        try checkFit(of: tensors, file: file)
        for (name, _) in namedParameters() { try checkFinite(tensors[name]!, name, file: file) }
        for (name, parameter) in namedParameters() { parameter.value = tensors[name]! }
    }

    /// Throws ``CheckpointMismatch`` unless `tensors` has the model's names and shapes.
    package func checkFit(of tensors: [String: Tensor<Float>], file: String) throws {
        let named = namedParameters()
        let names = Set(named.map(\.name))
        let misshapen = named.compactMap { name, parameter in
            tensors[name].flatMap { value in
                value.shape == parameter.shape ? nil : (name: name, expected: parameter.shape, found: value.shape)
            }
        }
        let missing = named.map(\.name).filter { tensors[$0] == nil }
        let leftOver = tensors.keys.filter { !names.contains($0) }.sorted()
        guard missing.isEmpty && leftOver.isEmpty && misshapen.isEmpty else {
            throw CheckpointMismatch(file: file, missing: missing, leftOver: leftOver, misshapen: misshapen)
        }
    }
}

/// Throws ``FileError`` when a weight is NaN or infinite, as after a training that diverged: such a network only outputs NaN.
package func checkFinite(_ weights: Tensor<Float>, _ name: String, file: String) throws {
    // The sum of squares is fast; the values are checked only where it overflows.
    if weights.sumOfSquares.isFinite || weights.isFinite { return }
    let kind = weights.sumOfSquares.isNaN ? "NaN" : "infinity"
    throw FileError(
        path: file,
        problem: "the weights \"\(name)\" hold \(kind), as a training that diverged leaves them; use another checkpoint"
    )
}
