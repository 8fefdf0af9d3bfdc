import Foundation

/// A safetensors file: named tensors and a few words about them.
///
/// The format is eight bytes with the length of a JSON header (little-endian), the header with each tensor's type, shape
/// and place, and the numbers themselves, without gaps; see the safetensors project's description of it. Read are all its
/// integers, F64, F32, F16, BF16, F8_E4M3, F8_E5M2 and BOOL; written is F32.
public struct SafeTensors: Sendable {
    /// The tensors by name. Elements of other types were converted to `Float`: smaller ones exactly, double ones rounded; see
    /// ``leftOut`` for the rest.
    public var tensors: [String: Tensor<Float>]
    /// The words, by key.
    public var metadata: [String: String]
    /// The tensors of a file that ``tensors`` lacks, each with the reason: elements of a type that is not read, or an integer
    /// that no `Float` can represent, as 2²⁴ + 1. Integers are not rounded; ``doubles(contentsOf:)`` reads them up to 2⁵³.
    public internal(set) var leftOut: [String: String] = [:]

    /// Contents for a new file.
    public init(tensors: [String: Tensor<Float>] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }
}

extension SafeTensors {
    /// The key of the metadata with the parts of a training's checkpoint, as a JSON object; the tensors of each part but the
    /// model begin with its name and a slash.
    package static let partsKey = "parts"

    /// The model's own tensors, without those of other parts of a checkpoint.
    package var weights: [String: Tensor<Float>] {
        guard let text = metadata[Self.partsKey],
            let parts = try? JSONDecoder().decode([String: AnyPart].self, from: Data(text.utf8)).keys
        else { return tensors }
        let prefixes = Set(parts)
        return tensors.filter { name, _ in
            let pieces = name.pieces(between: "/")
            return pieces.count == 1 || !prefixes.contains(pieces[0])
        }
    }
}

/// A part whose value does not matter here.
private struct AnyPart: Decodable {
    init(from decoder: any Decoder) {}
}
