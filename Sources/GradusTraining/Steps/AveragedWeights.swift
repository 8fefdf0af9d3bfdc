import Gradus

/// A running mean of a model's weights, `a ← d · a + (1 − d) · w`, which often predicts better than the last weights
/// (Polyak & Juditsky 1992).
///
/// The n-th update uses `d = min(decay, (1 + n) / (10 + n))`, so that the first, poor weights are soon forgotten.
public final class AveragedWeights {
    /// The share of the past that is kept.
    public let decay: Float
    /// The mean of each parameter and statistic, by name.
    public private(set) var values: [String: Tensor<Float>]
    /// How many updates were made.
    public private(set) var updates = 0

    /// Begins with the model's present weights.
    public init<Model: Module>(of model: Model, decay: Float = 0.999) {
        self.decay = decay
        values = model.namedTensors
    }

    /// Takes a step toward the model's weights.
    public func update<Model: Module>(from model: Model) {
        updates += 1
        let decay = min(decay, Float(1 + updates) / Float(10 + updates))
        for (name, parameter) in model.namedParameters() {
            guard let mean = values[name] else { continue }
            values[name] = mean * decay + parameter.stored * (1 - decay)
        }
    }

    /// Runs `body` with the mean in place of the model's weights, and puts the weights back.
    public func withAverages<Model: Module, R>(in model: Model, _ body: () throws -> R) rethrows -> R {
        exchange(with: model)
        defer { exchange(with: model) }
        return try body()
    }

    /// Exchanges the mean and the model's weights.
    func exchange<Model: Module>(with model: Model) {
        for (name, parameter) in model.namedParameters() {
            guard let mean = values[name] else { continue }
            (values[name], parameter.stored) = (parameter.stored, mean)
        }
    }

    func restore(_ values: [String: Tensor<Float>], updates: Int) { (self.values, self.updates) = (values, updates) }
}

extension CheckpointPart {
    /// The running mean of a model's weights.
    public static func averages<Model: Module>(_ averages: AveragedWeights, of model: Model) -> CheckpointPart {
        CheckpointPart { section in
            section.tensors = averages.values
            section.value = .integer(averages.updates)
        } read: { section in
            let updates = try section.decoded(as: Int.self)
            guard isPossibleCount(updates) else {
                throw FileError(path: section.file, problem: "is damaged: \(updates) updates of its averages")
            }
            try model.checkFit(of: section.tensors, file: section.file)
            return { averages.restore(section.tensors, updates: updates) }
        }
    }
}
