import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// Looks into a trained network: what it expects, what its neurons follow, how far back its gradients reach.
struct Inspect: Command {
    static let name = "inspect"
    static let summary =
        "looks into a trained network. It prints what the file holds, and draws the likeliest next "
        + "characters, the values of neurons over a text, and how far back gradients reach."
    static let examples = [
        CommandExample("inspect", "all images, over the held-out text"),
        CommandExample("inspect --neuron 2:17", "one neuron of the second layer"),
        CommandExample("inspect --compare out/rnn/model.safetensors", "gradients of two networks in one chart"),
    ]

    let network = NetworkFlags()
    @Flag("the text to look at") var text: String?
    @Flag("a file with it; by default the held-out part of the run's text", placeholder: "FILE") var data: String?
    @Flag("a neuron to paint, the first layer being 1", placeholder: "LAYER:PLACE") var neuron: NeuronName?
    @Flag("other networks for the chart of gradients", placeholder: "FILE") var compare: [String] = []

    func run() throws {
        let trained = try network.load()
        let c = trained.model.configuration
        if let neuron, neuron.layer >= c.layers || neuron.index >= c.units {
            throw $neuron.error("the network has \(c.layers) layers of \(c.units)")
        }
        showTable([
            ("network", "\(c.layers) × \(c.units) \(c.cell.rawValue), \(trained.model.parameterCount) parameters"),
            ("input", c.embedding.map { "embeddings of \($0)\(c.tiesOutput ? ", tied" : "")" } ?? "one-hot"),
            ("alphabet", "\(trained.alphabet.count): \(String(trained.alphabet.tokens).debugDescription)"),
            ("text", trained.text.source), ("recipe", trained.recipe),
        ])
        for evaluation in try trained.checkpoint.run.evaluations {
            let nats = evaluation.metrics.first?.value ?? .nan
            show(String(format: "  step %6d   held out %.4f nats, %.4f bits", evaluation.step, nats, bits(nats)))
        }
        let tokens = try shownTokens(trained)
        func file(_ name: String) -> String { "\(network.out)/\(name)" }
        try PredictionPage(trained.model, trained.alphabet, Array(tokens.prefix(600))).write(
            to: file("predictions.html"))
        show("neurons that follow something, by the correlation of their value with it:")
        let activity = NeuronActivity(trained.model, trained.alphabet, Array(tokens.prefix(20_000)))
        let found = NeuronSearch(activity).best()
        for finding in found { show("  \(finding.description)") }
        try NeuronPage(activity, found, chosen: neuron).write(to: file("neurons.html"))
        try drawGradients(trained, tokens, to: file("gradients.svg"))
        show(
            "\nfiles:\n  " + ["predictions.html", "neurons.html", "gradients.svg"].map(file).joined(separator: "\n  "))
    }

    /// The text that is looked at: one of the user's, else the part that the run held out.
    private func shownTokens(_ network: CharacterNetwork) throws -> [Int32] {
        if let text { return try network.tokens($text, text) }
        if let data { return try network.tokens(of: data) }
        return try network.parts().validation.rows.flatMap { $0.dropLast() }
    }

    private func drawGradients(_ network: CharacterNetwork, _ tokens: [Int32], to path: String) throws {
        let others = try compare.map { path -> (String, CharacterModel) in
            let other = try CharacterNetwork(path)
            guard other.alphabet == network.alphabet else {
                throw $compare.error("\(path) has another alphabet")
            }
            return ("\(other.model.configuration.cell.rawValue), trained", other.model)
        }
        var configuration = network.model.configuration
        let own = [("\(configuration.cell.rawValue), trained", network.model)] + others
        let new = try [RecurrentKind.tanh, .lstm].map { cell -> (String, CharacterModel) in
            configuration.cell = cell
            return ("\(cell.rawValue), new", try withRandomSeed(1) { try CharacterModel(configuration: configuration) })
        }
        guard let chart = GradientLagChart(own + new, tokens) else {
            return show("\nthe text is too short to follow gradients through it")
        }
        for line in chart.lines { show(line) }
        try chart.write(to: path)
    }
}

/// A neuron, such as `2:17`: the layer from 1, the position from 0.
struct NeuronName: FlagValue {
    /// From 0.
    let layer: Int
    let index: Int

    static let placeholder = "LAYER:PLACE"
    static let expectation = "a layer from 1 and a position from 0, as 2:17"

    init?(flagText text: String) {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] > 0, parts[1] >= 0 else { return nil }
        (layer, index) = (parts[0] - 1, parts[1])
    }

    var flagText: String { "\(layer + 1):\(index)" }
}
