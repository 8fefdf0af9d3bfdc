import Foundation
import Gradus

/// Where a training stands between two steps: enough to continue it bit for bit.
public struct TrainingState: Codable, Equatable, Sendable {
    /// The epoch that the next step belongs to, from 1.
    public var epoch: Int
    /// How many batches of that epoch are done.
    public var batch: Int
    /// All steps done.
    public var step: Int
    /// The sum and number of this epoch's losses so far, for the mean that is shown.
    public var lossSum: Double
    /// The first loss of the run, with which a diverging one is compared.
    public var firstLoss: Float?
    /// Facts of the run that the next start must repeat or may want to know, as the seed or the best result.
    public var notes: [String: String]
    /// Tensors that are neither weights nor the optimizer's, as the state of a recurrent network between two batches.
    public var tensors: [String: Tensor<Float>] = [:]

    private enum CodingKeys: String, CodingKey {
        case epoch, batch, step, lossSum, firstLoss, notes  // the tensors lie beside the weights
    }

    /// A training that has not begun.
    public init(notes: [String: String] = [:]) {
        (epoch, batch, step, lossSum) = (1, 0, 0, 0)
        self.notes = notes
    }

    /// Whether a training can stand there; a damaged file may say anything.
    var isPossible: Bool {
        let limit = 1 << 40
        return (1..<limit).contains(epoch) && (0..<limit).contains(batch) && (0..<limit).contains(step)
    }
}

/// A file with everything that a training needs to continue: weights, optimizer, generator and position.
///
/// It is a safetensors file. The weights have their own names in it, so any reader of that format finds them; the
/// optimizer's tensors are named `optimizer/slot/parameter`, and the training's own `training/name`.
public enum Checkpoint {
    private struct Extra: Codable {
        var state: TrainingState
        var optimizer: String
        var optimizerStep: Int
        var learningRate: Float
        var seed: UInt64
        var position: UInt64
    }

    /// Writes the whole state; an old file is replaced in one step.
    ///
    /// - Throws: ``FileError``; an old file is then untouched.
    public static func save<Model: Module>(
        _ model: Model, _ optimizer: any Optimizer, _ random: RandomGenerator, _ state: TrainingState, to path: String
    ) throws {
        var file = SafeTensors(tensors: model.namedTensors)
        for (slot, tensors) in optimizer.state.slots {
            for (name, tensor) in tensors { file.tensors["\(SafeTensors.optimizerPrefix)\(slot)/\(name)"] = tensor }
        }
        for (name, tensor) in state.tensors { file.tensors[SafeTensors.trainingPrefix + name] = tensor }
        let extra = Extra(
            state: state, optimizer: name(of: optimizer), optimizerStep: optimizer.state.step,
            learningRate: optimizer.learningRate,
            seed: random.state.seed, position: random.state.position)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        file.metadata = [
            "format": "gradus", "training": String(decoding: try encoder.encode(extra), as: UTF8.self),
        ]
        try file.write(to: URL(fileURLWithPath: path))
    }

    /// Puts model, optimizer and generator back to where they were when the file was written.
    ///
    /// - Throws: ``FileError``, an error about a damaged file, or ``CheckpointMismatch``; nothing is changed then.
    public static func load<Model: Module>(
        into model: Model, _ optimizer: any Optimizer, _ random: RandomGenerator, from path: String
    ) throws -> TrainingState {
        let file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
        let extra = try extra(of: file, path)
        guard extra.optimizer == name(of: optimizer) else {
            let both = "was written by a training with \(extra.optimizer), not with \(name(of: optimizer))"
            throw FileError(path: path, problem: "\(both); go on with the same optimizer, or load only the weights")
        }
        var memory = OptimizerState()
        memory.step = extra.optimizerStep
        memory.slots = try slots(in: file, of: model, path)
        try model.load(file, file: path)
        optimizer.state = memory
        optimizer.learningRate = extra.learningRate
        random.state = RandomGenerator.State(seed: extra.seed, position: extra.position)
        return extra.state
    }

    private static func name(of optimizer: any Optimizer) -> String { "\(type(of: optimizer))" }

    /// The optimizer's tensors, each of which must have the shape of the parameter that it belongs to.
    private static func slots<Model: Module>(
        in file: SafeTensors, of model: Model, _ path: String
    ) throws -> [String: [String: Tensor<Float>]] {
        let shapes = model.namedTensors.mapValues(\.shape)
        var slots: [String: [String: Tensor<Float>]] = [:]
        for (name, tensor) in file.tensors {
            guard let rest = name.rest(after: SafeTensors.optimizerPrefix) else { continue }
            // A slot's name has no slash; a parameter's may.
            let slot = rest.pieces(between: "/")[0]
            guard let parameter = rest.rest(after: slot + "/"), let expected = shapes[parameter] else {
                throw CheckpointMismatch(file: path, missing: [], leftOver: [name], misshapen: [])
            }
            guard tensor.shape == expected else {
                throw CheckpointMismatch(
                    file: path, missing: [], leftOver: [], misshapen: [(name, expected: expected, found: tensor.shape)])
            }
            slots[slot, default: [:]][parameter] = tensor
        }
        return slots
    }

    /// Takes only the weights from a checkpoint, as to use a network that was trained.
    ///
    /// - Returns: where its training stood.
    /// - Throws: ``FileError``, an error about a damaged file, or ``CheckpointMismatch``; nothing is changed then.
    public static func loadState<Model: Module>(into model: Model, from path: String) throws -> TrainingState {
        let file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
        let extra = try extra(of: file, path)
        try model.load(file, file: path)
        return extra.state
    }

    /// Where the training of a checkpoint stood, without anything else of it.
    ///
    /// - Throws: ``FileError``, or an error about a damaged file.
    public static func state(in path: String) throws -> TrainingState {
        try extra(of: SafeTensors(contentsOf: URL(fileURLWithPath: path)), path).state
    }

    private static func extra(of file: SafeTensors, _ path: String) throws -> Extra {
        guard let text = file.metadata["training"],
            var extra = try? JSONDecoder().decode(Extra.self, from: Data(text.utf8))
        else { throw FileError(path: path, problem: "holds weights only; it is no checkpoint of a training") }
        guard extra.state.isPossible, extra.optimizerStep >= 0, extra.learningRate.isFinite else {
            throw FileError(path: path, problem: "is damaged: no training can stand where it says")
        }
        for (name, tensor) in file.tensors {
            guard let own = name.rest(after: SafeTensors.trainingPrefix) else { continue }
            guard !tensor.sumOfSquares.isNaN else {
                throw FileError(path: path, problem: "\"\(name)\" holds NaN; use another checkpoint")
            }
            extra.state.tensors[own] = tensor
        }
        return extra
    }
}
