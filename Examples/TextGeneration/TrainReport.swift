import Gradus
import GradusModels
import GradusText
import GradusTraining

enum OptimizerKind: String, FlagValue, CaseIterable { case rmsprop, adam }

enum ScheduleKind: String, FlagValue, CaseIterable {
    /// Times a factor for each epoch from one on, as in char-rnn.
    case decay
    /// Half a cosine down to a hundredth at the last step.
    case cosine
}

extension RecurrentKind: FlagValue {}

/// Whether a sample is due after the given step: those of Karpathy's article, then at growing intervals.
func isMilestone(_ step: Int) -> Bool {
    if [100, 300, 500, 700, 1200, 2000].contains(step) { return true }
    guard step > 2000 else { return false }
    // 3000, 5000, 10,000, 20,000, 30,000, 50,000, 100,000, …
    var power = 1000
    while power * 10 <= step { power *= 10 }
    return [1, 2, 3, 5].contains { $0 * power == step }
}

/// Lines moved to the right.
func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
}

extension Train {
    /// The range of the best held-out loss, in nats, from recorded runs with the default settings; nil for other runs.
    func expected(_ experiment: Experiment, _ text: ChosenText, steps: Int) -> ClosedRange<Double>? {
        let usual = Train()
        let isUsual =
            (batchSize, self.steps, units, layers, cell) == (50, 50, 128, 2, .lstm) && split == usual.split
            && heldOut == usual.heldOut && embedding == nil && dropout == 0 && optimizer == usual.optimizer
            && learningRate == usual.learningRate && schedule == usual.schedule && decay == usual.decay
            && decayFrom == usual.decayFrom && clip == usual.clip && averaging == nil && initFrom == nil
            && minimumCount == 1
        guard isUsual, experiment.size != .smoke else { return nil }
        return switch (text.name, steps) {
        case (.tinyshakespeare, 2300...2700): 1.46...1.52
        case (.tinyshakespeare, 6000...): 1.35...1.40
        case (.shakespeare, 1900...2700): 1.46...1.56
        case (.builtIn, 2300...2700): 1.02...1.12
        default: nil
        }
    }

    /// Prints the text, the network and the settings of a run, about how long it will take, and what is odd about the text.
    func describe(
        _ experiment: Experiment, _ text: ChosenText, _ alphabet: Vocabulary<Character>, _ training: TextStreams,
        _ validation: TextStreams, _ model: CharacterModel, _ epochs: Int
    ) {
        let seconds = Speed.recurrentTrainingSeconds(
            multiplyAdds: model.multiplyAddsPerCharacter, steps: epochs * training.count * batchSize * steps,
            speed: Speed.measuredRecurrent())
        let input = model.embedding == nil ? "one-hot characters" : "embeddings"
        experiment.describe([
            "data": text.source, "text": "\(text.text.count) characters, \(alphabet.count) different ones",
            "batches": "\(training.count) for training, \(validation.count) for validation; "
                + "\(batchSize) streams of \(steps) steps",
            "network": "\(layers) × \(units) \(cell.rawValue), \(input)\(tied ? ", tied" : "")",
            "parameters": "\(model.parameterCount)", "training": "\(epochs) epochs, about \(durationText(seconds))",
        ])
        if alphabet.count == 1 {
            show("the text repeats one character, \(alphabet[0].debugDescription): there is nothing to learn\n")
        }
        if alphabet.contains("\0") {
            show("the text contains NUL characters, which text seldom does; is it of another kind?\n")
        }
    }
}

extension CharacterModel {
    /// Multiply-adds of one step of one row, forward.
    fileprivate var multiplyAddsPerCharacter: Int {
        let c = configuration
        let gates = c.cell == .lstm ? 4 : c.cell == .gru ? 3 : 1
        let inputs = (c.embedding ?? c.vocabulary) + (c.layers - 1) * c.units
        return gates * c.units * (inputs + c.layers * c.units) + c.units * c.vocabulary
    }
}
