import Gradus

/// One named part of a checkpoint: something whose state is written to a file and put back.
///
/// A part of your own gives the two closures; the usual ones are ``module(_:)``, ``optimizer(_:of:)``, ``averages(_:of:)``,
/// ``random(_:)``, ``recurrentState(_:)`` and ``value(_:)``.
public struct CheckpointPart {
    /// What a part has in the file.
    public struct Section {
        /// The file, for errors.
        public let file: String
        /// The part's name.
        public let name: String
        /// The part's tensors, by names within the part.
        public var tensors: [String: Tensor<Float>] = [:]
        /// What the part holds besides its tensors.
        public var value = JSONValue.null

        /// The decoded ``value``.
        ///
        /// - Throws: `FileError` when it is not such a value.
        public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
            guard let value = try? value.decoded(as: type) else {
                throw FileError(path: file, problem: "is damaged: its \"\(name)\" is not \(type)")
            }
            return value
        }
    }

    let write: (inout Section) throws -> Void
    let read: (Section) throws -> () -> Void

    /// A part of the given closures.
    ///
    /// - Parameters:
    ///   - write: puts tensors and a value into the section.
    ///   - read: checks a section and returns what puts it back. That runs once all parts of the file have been checked, so
    ///     that a file that does not fit changes nothing.
    public init(write: @escaping (inout Section) throws -> Void, read: @escaping (Section) throws -> () -> Void) {
        (self.write, self.read) = (write, read)
    }
}

extension CheckpointPart {
    /// The parameters and statistics of a model, under their own names.
    public static func module<Model: Module>(_ model: Model) -> CheckpointPart {
        CheckpointPart { section in
            section.tensors = model.namedTensors
            if let model = model as? any ConfiguredModel { section.value = try ModelRecord(of: model).json() }
        } read: { section in
            try model.checkFit(of: section.tensors, file: section.file)
            return { try! model.load(section.tensors, file: section.file) }
        }
    }

    /// What an optimizer of a model's parameters remembers, and its learning rate.
    public static func optimizer<Model: Module>(_ optimizer: any Optimizer, of model: Model) -> CheckpointPart {
        let type = "\(Swift.type(of: optimizer))"
        return CheckpointPart { section in
            for (slot, tensors) in optimizer.state.slots {
                for (name, tensor) in tensors { section.tensors["\(slot)/\(name)"] = tensor }
            }
            section.value = try JSONValue(
                encoding: OptimizerMemory(type: type, step: optimizer.state.step, learningRate: optimizer.learningRate))
        } read: { section in
            let memory = try section.decoded(as: OptimizerMemory.self)
            guard memory.type == type else {
                throw FileError(
                    path: section.file, problem: "was written by a training with \(memory.type), not with \(type)",
                    advice: "Continue with the same optimizer, or load only the weights.")
            }
            guard isPossibleCount(memory.step), memory.learningRate.isFinite else {
                throw FileError(path: section.file, problem: "is damaged: its optimizer's numbers are impossible")
            }
            var state = OptimizerState()
            state.step = memory.step
            state.slots = try slots(section, of: model)
            return { (optimizer.state, optimizer.learningRate) = (state, memory.learningRate) }
        }
    }

    /// The tensors of an optimizer, each of which must have the shape of its parameter.
    private static func slots<Model: Module>(
        _ section: Section, of model: Model
    ) throws -> [String: [String: Tensor<Float>]] {
        let shapes = model.namedTensors.mapValues(\.shape)
        var slots: [String: [String: Tensor<Float>]] = [:]
        for (name, tensor) in section.tensors {
            // A slot's name has no slash; a parameter's may.
            let slot = name.pieces(between: "/")[0]
            guard let parameter = name.rest(after: slot + "/"), let expected = shapes[parameter] else {
                throw CheckpointMismatch(
                    file: section.file, missing: [], leftOver: ["\(section.name)/\(name)"], misshapen: [])
            }
            guard tensor.shape == expected else {
                throw CheckpointMismatch(
                    file: section.file, missing: [], leftOver: [],
                    misshapen: [("\(section.name)/\(name)", expected: expected, found: tensor.shape)])
            }
            slots[slot, default: [:]][parameter] = tensor
        }
        return slots
    }

    /// The position of a random generator.
    public static func random(_ generator: RandomGenerator) -> CheckpointPart {
        // As text: JSON's numbers have 53 bits.
        .value(
            get: { ["\(generator.state.seed)", "\(generator.state.position)"] },
            set: { (words: [String]) in
                generator.state = RandomGenerator.State(seed: UInt64(words[0])!, position: UInt64(words[1])!)
            }, isPossible: { $0.count == 2 && $0.allSatisfy { UInt64($0) != nil } })
    }

    /// Any encodable value, got from the program and put back there.
    ///
    /// - Parameter isPossible: whether a value of a file can be one of the program's.
    public static func value<Value: Codable>(
        get: @escaping () -> Value, set: @escaping (Value) -> Void,
        isPossible: @escaping (Value) -> Bool = { _ in true }
    ) -> CheckpointPart {
        CheckpointPart { section in
            section.value = try JSONValue(encoding: get())
        } read: { section in
            let value: Value = try section.decoded()
            guard isPossible(value) else {
                throw FileError(path: section.file, problem: "is damaged: its \"\(section.name)\" is impossible")
            }
            return { set(value) }
        }
    }

    /// A value that does not change while the program runs, as the words of a vocabulary: for programs that read the file.
    public static func constant<Value: Codable>(_ value: Value) -> CheckpointPart {
        .value(get: { value }, set: { _ in })
    }

    /// The state that a recurrent network carries from one batch to the next.
    public static func recurrentState(_ carried: CarriedState) -> CheckpointPart {
        CheckpointPart { section in
            for (index, tensor) in (carried.state?.hidden ?? []).enumerated() {
                section.tensors["hidden.\(index)"] = tensor
            }
            for (index, tensor) in (carried.state?.cell ?? []).enumerated() {
                section.tensors["cell.\(index)"] = tensor
            }
        } read: { section in
            func tensors(_ kind: String) -> [Tensor<Float>] {
                (0..<section.tensors.count).prefix { section.tensors["\(kind).\($0)"] != nil }.map {
                    section.tensors["\(kind).\($0)"]!
                }
            }
            let state = RecurrentState(hidden: tensors("hidden"), cell: tensors("cell"))
            guard state.hidden.count + state.cell.count == section.tensors.count else {
                throw FileError(path: section.file, problem: "is damaged: \"\(section.name)\" is no recurrent state")
            }
            return { carried.state = state.hidden.isEmpty ? nil : state }
        }
    }
}

/// Whether something can have happened so many times; a damaged file may say anything.
func isPossibleCount(_ count: Int) -> Bool { (0..<(1 << 40)).contains(count) }

/// What a checkpoint says about an optimizer besides its tensors.
struct OptimizerMemory: Codable {
    let type: String
    let step: Int
    let learningRate: Float
}

/// The state that a recurrent network carries from one batch of a stream to the next.
public final class CarriedState {
    /// The state after the last batch, without history; nil before the first.
    public var state: RecurrentState?

    /// No state yet.
    public init() {}
}
