import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusText

/// Looks into a trained network: what it expects, what its neurons follow, how far back its gradients reach.
struct InspectCommand {
    private let flags: Flags
    private let neuron: (layer: Int, index: Int)?

    init(_ flags: Flags) throws {
        self.flags = flags
        neuron = try flags.text("--neuron").map { text in
            let parts = text.split(separator: ":").compactMap { Int($0) }
            guard parts.count == 2, parts[0] > 0, parts[1] >= 0 else {
                throw UsageError("--neuron takes a layer from 1 and a position from 0, as 2:17, got \"\(text)\"")
            }
            return (parts[0] - 1, parts[1])
        }
    }

    func run() throws {
        let network = try TrainedNetwork(flags)
        let recipe = network.record.recipe
        if let neuron, neuron.layer >= recipe.layers || neuron.index >= recipe.units {
            throw UsageError("--neuron: the network has \(recipe.layers) layers of \(recipe.units)")
        }
        describe(network)
        let folder = try RunFolder(flags.text("--out") ?? "out/text-generation")
        let tokens = try shownTokens(network)
        try PredictionPage(network, Array(tokens.prefix(600))).write(to: folder.file("predictions.html"))
        let activity = NeuronActivity(network, Array(tokens.prefix(20_000)))
        let found = NeuronSearch(activity).best()
        for finding in found { show("  \(finding.description)") }
        try NeuronPage(activity, found, chosen: neuron).write(to: folder.file("neurons.html"))
        try drawGradients(network, tokens, folder)
        folder.listFiles()
    }

    /// The text that is looked at: one of the user's, else what the run held out.
    private func shownTokens(_ network: TrainedNetwork) throws -> [Int32] {
        if let text = flags.text("--text") {
            do {
                return try network.alphabet.encode(text)
            } catch let error as UnknownTokens {
                throw UsageError("--text: \(error)")
            }
        }
        if let path = flags.text("--data") { return try network.tokens(of: path) }
        return try network.record.recipe.parts(of: network.tokens(of: nil)).heldOut.rows.flatMap { $0.dropLast() }
    }

    private func describe(_ network: TrainedNetwork) {
        let (record, recipe) = (network.record, network.record.recipe)
        showHeader(
            "text-generation inspect",
            [
                (
                    "network",
                    "\(recipe.layers) × \(recipe.units) \(recipe.cell), \(network.model.parameterCount) parameters"
                ),
                (
                    "input",
                    recipe.embedding.map { "embeddings of \($0)\(recipe.tiesOutput ? ", tied" : "")" } ?? "one-hot"
                ),
                ("alphabet", "\(network.alphabet.count): \(String(network.alphabet.tokens).debugDescription)"),
                ("text", record.textSource),
                (
                    "recipe",
                    "\(recipe.method.rawValue) at \(recipe.learningRate), \(recipe.rateRule.rawValue), "
                        + "\(recipe.streams) streams of \(recipe.steps) steps, dropout \(recipe.dropout), seed \(recipe.seed)"
                ),
                ("trained", "\(network.state.step) steps, epoch \(network.state.epoch) of \(recipe.epochs)"),
            ])
        for evaluation in record.evaluations {
            show(
                String(
                    format: "  step %6d   held out %.4f nats, %.4f bits", evaluation.step, evaluation.nats,
                    bits(evaluation.nats)))
        }
        show("\nneurons that follow something, by the correlation of their value with it:")
    }

    private func drawGradients(_ network: TrainedNetwork, _ tokens: [Int32], _ folder: RunFolder) throws {
        let others = try flags.texts("--compare").map { path -> (String, CharacterModel) in
            let other = try TrainedNetwork(path)
            guard other.alphabet == network.alphabet else {
                throw UsageError("--compare: \(path) has another alphabet")
            }
            return ("\(other.record.recipe.cell), trained", other.model)
        }
        var recipe = network.record.recipe
        let own = [("\(recipe.cell), trained", network.model)] + others
        let new = [RecurrentKind.tanh, .lstm].map { cell -> (String, CharacterModel) in
            recipe.cell = cell.rawValue
            return ("\(cell.rawValue), new", recipe.newModel(vocabulary: network.alphabet.count))
        }
        guard let chart = GradientLagChart(own + new, tokens) else {
            return show("\nthe text is too short to follow gradients through it")
        }
        for line in chart.lines { show(line) }
        try chart.write(to: folder.file("gradients.svg"))
    }

    static let help = HelpText(
        program: "text-generation inspect",
        summary: "looks into a trained network. It prints what the checkpoint holds, and draws the likeliest next "
            + "characters, the values of neurons over a text, and how far back gradients reach.",
        examples: [
            ("swift run -c release text-generation inspect", "all images, over the held-out text"),
            ("swift run -c release text-generation inspect --neuron 2:17", "one neuron of the second layer"),
            (
                "swift run -c release text-generation inspect --compare out/rnn/best.safetensors",
                "gradients of two networks in one chart"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/text-generation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--text", .value("TEXT"), "the text to look at"),
            FlagSpecification("--data", .value("FILE"), "a file with it (default: the run's held-out part)"),
            FlagSpecification("--neuron", .value("LAYER:PLACE"), "a neuron to paint, the first layer being 1"),
            FlagSpecification("--compare", .values("FILE"), "other networks for the chart of gradients"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
