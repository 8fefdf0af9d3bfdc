import Gradus
import GradusTraining

/// Checkpoints of both players. The file is a training checkpoint of the generator; the discriminator, its optimizer and the
/// averaged generator are extra tensors in it.
extension GANTrainer {
    private static let discriminatorPrefix = "discriminator/"
    private static let optimizerPrefix = "discriminator-optimizer/"
    private static let averagePrefix = "average/"
    private static let stepsKey = "discriminator_steps"

    /// Stores a note about the run in its checkpoints.
    public func note(_ key: String, _ value: String) { state.notes[key] = value }

    /// Writes both players, their optimizers, the noise's generator and the position to one file.
    ///
    /// - Throws: `FileError`, or `DivergenceError` when the last step broke a weight; an old file is then untouched.
    public func save(to path: String) throws {
        let weights = generator.namedTensors
        let judge = discriminator.namedTensors
        for tensors in [weights, judge] {
            for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where !tensor.isFinite {
                throw DivergenceError(
                    step: state.step, loss: nil, parameter: name, checkpointStep: checkpointStep)
            }
        }
        state.tensors = [:]
        for (name, tensor) in judge { state.tensors[Self.discriminatorPrefix + name] = tensor }
        for (slot, tensors) in discriminatorOptimizer.state.slots {
            for (name, tensor) in tensors { state.tensors["\(Self.optimizerPrefix)\(slot)/\(name)"] = tensor }
        }
        for (name, tensor) in average?.values ?? [:] { state.tensors[Self.averagePrefix + name] = tensor }
        state.notes[Self.stepsKey] = "\(discriminatorOptimizer.state.step)"
        try Checkpoint.save(generator, generatorOptimizer, random, state, to: path)
        state.tensors = [:]
        checkpointStep = state.step
    }

    /// Resumes from such a file, with the same results as an uninterrupted training.
    ///
    /// - Throws: `FileError`, an error about a damaged file, or `CheckpointMismatch`.
    public func resume(from path: String) throws {
        let saved = try Checkpoint.state(in: path)
        let judge = saved.tensors(behind: Self.discriminatorPrefix)
        var memory = OptimizerState()
        guard !judge.isEmpty, let steps = saved.notes[Self.stepsKey].flatMap({ Int($0) }), steps >= 0 else {
            throw FileError(path: path, problem: "is no checkpoint of a GAN's training")
        }
        memory.step = steps
        for (name, tensor) in saved.tensors(behind: Self.optimizerPrefix) {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, judge[parts[1]]?.shape == tensor.shape else {
                throw CheckpointMismatch(
                    file: path, missing: [], leftOver: [Self.optimizerPrefix + name], misshapen: [])
            }
            memory.slots[parts[0], default: [:]][parts[1]] = tensor
        }
        let mean = saved.tensors(behind: Self.averagePrefix)
        if let average {
            self.average = try AveragedWeights(of: generator, continuing: mean, decay: average.decay)
        }
        try discriminator.load(judge, file: path)
        state = try Checkpoint.load(into: generator, generatorOptimizer, random, from: path)
        checkpointStep = state.step
        state.tensors = [:]
        discriminatorOptimizer.state = memory
        discriminatorOptimizer.learningRate = generatorOptimizer.learningRate
    }

    /// The averaged weights of the generator in a checkpoint; empty without averaging.
    ///
    /// - Throws: `FileError`, or an error about a damaged file.
    public static func averagedGenerator(in path: String) throws -> [String: Tensor<Float>] {
        try Checkpoint.state(in: path).tensors(behind: averagePrefix)
    }

    /// The weights of the discriminator in a checkpoint.
    ///
    /// - Throws: `FileError`, or an error about a damaged file.
    public static func discriminatorWeights(in path: String) throws -> [String: Tensor<Float>] {
        try Checkpoint.state(in: path).tensors(behind: discriminatorPrefix)
    }
}

extension TrainingState {
    /// The tensors whose names begin with `prefix`, under their names without it.
    fileprivate func tensors(behind prefix: String) -> [String: Tensor<Float>] {
        let own = tensors.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
        return Dictionary(uniqueKeysWithValues: own)
    }
}
