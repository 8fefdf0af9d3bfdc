import Gradus

/// A running mean of a model's weights, `a ← decay · a + (1 − decay) · w`, which often predicts better than the last
/// weights themselves (Polyak & Juditsky 1992).
public final class AveragedWeights {
    /// The share of the past that is kept.
    public let decay: Float
    /// The mean of each parameter and statistic, by name.
    public private(set) var values: [String: Tensor<Float>]

    /// Begins with the model's present weights.
    public init<Model: Module>(of model: Model, decay: Float = 0.999) {
        self.decay = decay
        values = Dictionary(uniqueKeysWithValues: model.namedParameters().map { ($0.name, $0.parameter.stored) })
    }

    /// Goes on from the mean that a saved run had reached.
    ///
    /// - Parameter values: tensors by name, as ``values`` had them.
    /// - Throws: ``CheckpointMismatch`` when the names or shapes are not the model's.
    public init<Model: Module>(of model: Model, continuing values: [String: Tensor<Float>], decay: Float = 0.999) throws
    {
        try model.checkFit(of: values, file: "averaged weights")
        (self.values, self.decay) = (values, decay)
    }

    /// Takes a step toward the model's weights; `decay` replaces the usual one, as early in a training.
    public func update<Model: Module>(from model: Model, decay: Float? = nil) {
        let decay = decay ?? self.decay
        for (name, parameter) in model.namedParameters() {
            guard let mean = values[name] else { continue }
            values[name] = mean * decay + parameter.stored * (1 - decay)
        }
    }

    /// Runs `body` with the mean in place of the model's weights, and puts the weights back.
    public func withAverages<Model: Module, R>(in model: Model, _ body: () throws -> R) rethrows -> R {
        let named = model.namedParameters()
        let own = named.map(\.parameter.stored)
        for (name, parameter) in named { parameter.stored = values[name] ?? parameter.stored }
        defer { for ((_, parameter), value) in zip(named, own) { parameter.stored = value } }
        return try body()
    }
}
