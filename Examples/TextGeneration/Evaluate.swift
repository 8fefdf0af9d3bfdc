import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// Measures a trained network, and n-gram models with it.
struct Evaluate: Command {
    static let name = "evaluate"
    static let summary =
        "measures how well a trained network predicts text that it has not learned from, and how well "
        + "counting the last few characters does (n-grams)."
    static let examples = [
        CommandExample("evaluate", "the held-out part of the run's text"),
        CommandExample("evaluate --dynamic", "keep learning while scoring"),
        CommandExample("evaluate --data other.txt", "a text of yours"),
    ]

    let network = NetworkFlags()
    @Flag("a text to score; by default the held-out part of the run's", placeholder: "FILE") var data: String?
    @Flag("the longest n-grams to compare with", 1...12) var order = 8
    @Flag("the network's share in a mixture with the n-grams, as 0.5", 0...1) var mix: Float?
    @Flag("learn from each part after it was scored") var dynamic = false
    @Flag("characters from one step of learning to the next", 1...10_000) var dynamicSteps = 20
    @Flag("step size of learning while scoring", above: 0) var dynamicRate: Float = 5e-4

    func prepare() throws {
        if ($dynamicSteps.isGiven || $dynamicRate.isGiven) && !dynamic {
            throw UsageError("settings of dynamic evaluation belong to --dynamic")
        }
        if mix != nil && data != nil {
            throw $mix.error("counts the text that the network learned from; it cannot be used with --data")
        }
    }

    func run() throws {
        let trained = try network.load()
        let parts = try data == nil ? trained.parts() : nil
        let scored = try parts?.validation ?? whole(trained.tokens(of: data), trained.text.cut)
        let log = EventLog(URL(fileURLWithPath: "\(network.out)/evaluation.jsonl"))
        showTable([
            ("network", trained.path), ("text", data ?? "the held-out part of \(trained.text.source)"),
            ("scored", "\(scored.count * scored.steps * scored.streams) characters"),
        ])
        var metrics: [Metric] = []
        func add(_ name: String, _ key: String, _ nats: Double) {
            let line = String(format: "%.4f nats, %.4f bits a character, perplexity %.3f", nats, bits(nats), exp(nats))
            show(name + String(repeating: " ", count: max(1, 30 - name.count)) + line)
            metrics.append(Metric(key, nats, unit: "nats"))
        }
        add("network", "nats_per_character", heldOutLoss(trained.model, scored))
        if let parts {
            let counted = NGramModel(parts.training.rows, vocabulary: trained.alphabet.count, order: order)
            if let mix {
                add(
                    "network and \(order)-grams", "mixed_nats_per_character",
                    mixedLoss(trained.model, counted, scored, share: mix))
            }
            for (index, loss) in counted.crossEntropies(of: scored.rows).enumerated() where index >= min(2, order - 1) {
                add("\(index + 1)-grams, Kneser-Ney", "\(index + 1)gram_nats_per_character", loss)
            }
        }
        // Last, because it changes the weights.
        if dynamic {
            add(
                "network that keeps learning", "dynamic_nats_per_character",
                dynamicLoss(trained.model, scored.rows, steps: dynamicSteps, rate: dynamicRate))
        }
        try log.result(metrics)
    }

    /// A text of which nothing was learned, scored as a whole.
    private func whole(_ tokens: [Int32], _ cut: TextCut) throws -> TextStreams {
        let streams = max(1, min(cut.streams, (tokens.count - 1) / (20 * cut.steps)))
        do { return try TextStreams(tokens, streams: streams, steps: cut.steps) } catch let error as TextTooShort {
            throw UsageError("\(data ?? ""): \(error)")
        }
    }
}

/// The mean loss of a network on a text, in nats for each character; all streams are read from zero state to their end.
func heldOutLoss(_ model: CharacterModel, _ text: TextStreams) -> Double {
    var (state, sum): (RecurrentState?, Double) = (nil, 0)
    for batch in text {
        let (logits, next) = model(batch.inputs, state: state, .inference)
        sum += Double(softmaxCrossEntropy(logits, batch.targets).item)
        state = next
    }
    return sum / Double(max(1, text.count))
}

/// Nats as bits.
func bits(_ nats: Double) -> Double { nats / log(2) }

/// The mean loss of a network and an n-gram model together, `p = λ p(network) + (1 − λ) p(n-grams)`, in nats.
///
/// The two err in different positions, so that their mixture is better than either. λ is given, not fitted to the text.
func mixedLoss(_ model: CharacterModel, _ counted: NGramModel, _ text: TextStreams, share λ: Float) -> Double {
    var network = Array(repeating: [Float](), count: text.streams)
    var state: RecurrentState?
    for batch in text {
        let (logits, next) = model(batch.inputs, state: state, .inference)
        state = next
        let chosen = logits.softmax().takeAlong(batch.targets.expandingShape(at: 2), axis: 2).scalars
        for row in network.indices { network[row] += chosen[(row * text.steps)..<((row + 1) * text.steps)] }
    }
    var (sum, scored) = (0.0, 0)
    for (row, probabilities) in zip(text.rows, network) {
        for (own, other) in zip(probabilities, counted.probabilities(of: row)) {
            sum -= log(Double(λ) * Double(own) + Double(1 - λ) * other)
            scored += 1
        }
    }
    return sum / Double(max(1, scored))
}

/// The mean loss of a network that keeps learning: each part of the text is scored first and then learned from, so that it
/// adapts (Krause et al. 2017). No character is scored by weights that have seen it. The weights are changed.
func dynamicLoss(_ model: CharacterModel, _ rows: [ArraySlice<Int32>], steps: Int, rate: Float) -> Double {
    let learner = Learner(model, RMSprop(learningRate: rate, smoothing: 0.95), clipValue: 5)
    var state: RecurrentState?
    var (sum, scored) = (0.0, 0)
    let length = (rows.map(\.count).min() ?? 1) - 1
    for start in stride(from: 0, to: length, by: steps) {
        let end = min(start + steps, length)
        func tensor(_ shift: Int) -> Tensor<Int32> {
            let tokens = rows.flatMap { $0[($0.startIndex + start + shift)..<($0.startIndex + end + shift)] }
            return Tensor(tokens, shape: [rows.count, end - start])
        }
        let loss = try? learner.minimize {
            let (logits, next) = model(tensor(0), state: state, .inference)
            state = next.detached()
            return softmaxCrossEntropy(logits, tensor(1))
        }
        sum += Double(loss ?? .nan) * Double(end - start)
        scored += end - start
    }
    return sum / Double(max(1, scored))
}
