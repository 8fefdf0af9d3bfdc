import Gradus

/// Compares a model's outputs, layer by layer, with those of the same network in PyTorch, to find a wrong mapping of weights.
///
/// A layer that applies an activation is compared with the reference after that activation. Batch normalization that adds a
/// residual has no counterpart, but its block has one.
public struct ActivationComparison: CustomStringConvertible {
    /// A layer of both networks.
    public struct Row: Sendable {
        /// The layer's name.
        public let name: String
        /// The type of the layer in the model.
        public let kind: String
        /// The largest difference, divided by the largest magnitude of the reference; `nil` when the shapes differ.
        public let difference: Double?
        /// The shape of the model's output.
        public let shape: [Int]
        /// The shape of the reference, with channels last.
        public let reference: [Int]
    }

    /// The layers of both networks, in the order of execution.
    public let rows: [Row]
    /// The largest difference that counts as agreement.
    public let tolerance: Double

    /// Runs `model` on `input` and compares.
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`, the same as the reference's.
    ///   - reference: outputs by the layers' names, as Tests/Reference/activations.py writes them: images `[N, C, H, W]`.
    ///   - tolerance: the largest difference that rounding explains.
    public init(
        _ model: some Layer, on input: Tensor<Float>, with reference: [String: Tensor<Float>], tolerance: Double = 1e-3
    ) {
        let (output, record) = model.recorded(input)
        var rows = record.entries.compactMap { entry -> Row? in
            guard let theirs = reference[entry.name], !entry.addsResidual else { return nil }
            return Self.row(entry.name, entry.kind, entry.output, entry.activation(Self.channelsLast(theirs)))
        }
        if let theirs = reference["output"] { rows.append(Self.row("output", "", output, theirs)) }
        (self.rows, self.tolerance) = (rows, tolerance)
    }

    /// The first layer that differs; `nil` when all agree.
    public var firstDifference: Row? { rows.first { !($0.difference.map { $0 <= tolerance } ?? false) } }

    /// A line for each layer.
    public var description: String {
        rows.map { row in
            let words =
                row.difference.map { "\($0)" }
                ?? "shapes differ: \(row.shape), reference \(row.reference)"
            return "\(row.name) \(row.kind) \(row.shape): \(words)"
        }.joined(separator: "\n")
    }

    private static func channelsLast(_ tensor: Tensor<Float>) -> Tensor<Float> {
        tensor.rank == 4 ? tensor.transposed([0, 2, 3, 1]) : tensor
    }

    private static func row(_ name: String, _ kind: String, _ ours: Tensor<Float>, _ theirs: Tensor<Float>) -> Row {
        var difference: Double?
        if ours.shape == theirs.shape {
            let size = Double(theirs.absoluteValue().max().item)
            difference = Double((ours - theirs).absoluteValue().max().item) / max(size, .leastNormalMagnitude)
        }
        return Row(name: name, kind: kind, difference: difference, shape: ours.shape, reference: theirs.shape)
    }
}
