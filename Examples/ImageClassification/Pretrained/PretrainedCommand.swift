import ExampleSupport
import Foundation
import Gradus
import GradusEvaluation
import GradusModels
import GradusVision

/// `classify --model NAME`: names what a network with published weights sees in images, or compares it with PyTorch's.
struct PretrainedCommand {
    private let name: String
    private let weights: String?
    private let paths: [String]
    private let reference: String?
    private let count: Int

    /// Whether the flags speak of published weights.
    static func isAsked(_ flags: Flags) -> Bool { ["--model", "--weights", "--compare"].contains(where: flags.has) }

    init(_ flags: Flags) throws {
        let model = try flags.choice("--model", of: PublishedWeights.names)
        guard let model else { throw UsageError("--weights and --compare belong to --model NAME") }
        (name, weights, reference) = (model, flags.text("--weights"), flags.text("--compare"))
        paths = flags.operands
        count = try flags.integer("--top", in: 1...1000) ?? 5
        for flag in ["--out", "--checkpoint"] where flags.has(flag) {
            throw UsageError("\(flag) names a run of this program, --model a network with published weights")
        }
        guard reference != nil || !paths.isEmpty else {
            throw UsageError("classify needs images: classify --model \(name) photo.jpg")
        }
    }

    func run() throws {
        if let reference { try compare(PretrainedNetwork(name, weights: weights), reference) }
        var loaded: PretrainedNetwork?
        try NamedImages(operands: paths).forEach { path, image in
            let network = try loaded ?? PretrainedNetwork(name, weights: weights)
            loaded = network
            show(path)
            if let note = image.note { show("  \(note)") }
            for guess in network.guesses(image, count: count) {
                show(String(format: "  %5.1f %%  %@ (class %d)", 100 * guess.probability, guess.name, guess.number))
            }
        }
    }

    /// Finds the first layer whose output is not PyTorch's.
    private func compare(_ network: PretrainedNetwork, _ file: String) throws {
        let outputs = try SafeTensors(contentsOf: URL(fileURLWithPath: file)).tensors
        guard let input = outputs["input"], input.rank == 4, input.shape[1] == network.model.inputShape[2] else {
            throw FileError(
                path: file, problem: "holds no \"input\" [N, C, H, W]; Tests/Reference/activations.py writes such files"
            )
        }
        let comparison = ActivationComparison(network.model, on: input.transposed([0, 2, 3, 1]), with: outputs)
        show("largest differences, in parts of the largest number of each layer:\n\(comparison)")
        if let row = comparison.firstDifference {
            show("the first layer that differs: \(row.name) (\(row.kind))")
        } else {
            show("all \(comparison.rows.count) layers agree within \(comparison.tolerance)")
        }
    }

    /// What `classify` takes besides.
    static let flags = [
        FlagSpecification(
            "--model", .value("NAME"),
            "a network with published weights: \(PublishedWeights.names.joined(separator: ", "))"),
        FlagSpecification(
            "--weights", .value("FILE"), "its weights, of torch.save or safetensors (default: looked for)"),
        FlagSpecification(
            "--compare", .value("FILE"), "its layers beside PyTorch's, as Tests/Reference/activations.py wrote them"),
    ]
}
