import Foundation

/// A safetensors file: named tensors and a few words about them.
///
/// The format is eight bytes with the length of a JSON header (little-endian), the header with each tensor's type, shape
/// and place, and the numbers themselves; see the safetensors project's description of it.
public struct SafeTensors: Sendable {
    /// The tensors by name. Half, bfloat16, double and integer elements were converted to `Float`.
    public var tensors: [String: Tensor<Float>]
    /// The words, by key.
    public var metadata: [String: String]

    /// Contents for a new file.
    public init(tensors: [String: Tensor<Float>] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }
}

/// What is wrong with a safetensors file.
struct SafeTensorsError: Error, CustomStringConvertible {
    let file: String
    let problem: String

    var description: String { "\(file): \(problem)" }
}
