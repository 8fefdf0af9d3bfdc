import Foundation
import Gradus
import Testing

@testable import GradusTraining

private struct Net: ConfiguredModel {
    struct Configuration: Codable, Equatable { var units = 3 }
    let configuration: Configuration
    let layer: Dense
    let norm: BatchNorm

    init(configuration: Configuration = Configuration()) throws {
        try InvalidConfiguration.check((1...100).contains(configuration.units), "expected 1 to 100 units")
        (self.configuration, layer, norm) = (
            configuration, Dense(2, configuration.units), BatchNorm(configuration.units)
        )
    }

    func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { norm(layer(x, pass), pass) }
}

@Suite struct CheckpointPartTests {
    private func net(_ seed: UInt64, units: Int = 3) throws -> Net {
        try withRandomSeed(seed) { try Net(configuration: .init(units: units)) }
    }

    /// Changes what a file says beside its tensors.
    private func change(_ path: String, _ body: (inout [String: JSONValue]) throws -> Void) throws {
        var file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
        var parts = try JSONDecoder().decode([String: JSONValue].self, from: Data(file.metadata["parts"]!.utf8))
        try body(&parts)
        file.metadata["parts"] = JSONValue.object(parts).description
        try file.write(to: URL(fileURLWithPath: path))
    }

    @Test func aModelComesBackAndIsRebuilt() throws {
        try withFolder { folder in
            let (first, second) = (try net(1, units: 5), try net(2, units: 5))
            _ = first(Tensor(uniform: [4, 2]), .training)
            try Checkpoint.save([("model", .module(first)), ("other", .module(second))], to: "\(folder)/c")
            try Checkpoint.restore([("model", .module(second))], from: "\(folder)/c")
            #expect(second.namedTensors == first.namedTensors)
            let rebuilt: Net = try Checkpoint(contentsOf: "\(folder)/c").model()
            #expect(rebuilt.configuration.units == 5 && rebuilt.namedTensors == first.namedTensors)
            let other: Net = try Checkpoint(contentsOf: "\(folder)/c").model(part: "other")
            #expect(other.namedTensors != first.namedTensors)
            // The weights alone can be read too, and a file of weights only is no checkpoint.
            let third = try net(3, units: 5)
            try third.load(from: "\(folder)/c")
            #expect(third.namedTensors == first.namedTensors)
            try third.save(to: "\(folder)/w")
            let error = #expect(throws: FileError.self) { try Checkpoint(contentsOf: "\(folder)/w") }
            #expect(error?.description.contains("holds weights only") == true)
        }
    }

    @Test func modelsOfDamagedFilesAreRefused() throws {
        try withFolder { folder in
            let path = "\(folder)/c"
            func refusal(_ change: (inout [String: JSONValue]) throws -> Void) throws -> String {
                try Checkpoint.save([("model", .module(net(1)))], to: path)
                try self.change(path, change)
                let error = #expect(throws: (any Error).self) { let _: Net = try Checkpoint(contentsOf: path).model() }
                return error.map { "\($0)" } ?? ""
            }
            func model(_ type: String, _ configuration: JSONValue) -> JSONValue {
                .object(["type": .text(type), "configuration": configuration])
            }
            for (value, words) in [
                (nil, "where Net was expected"), (.null, "holds weights without a configuration where Net"),
                (model("Dense", .null), "holds a Dense where Net was expected"),
                (model("Net", ["units": "many"]), "is damaged"),
                (model("Net", ["units": .integer(1 << 40)]), "expected 1 to 100 units"),
                (model("Net", ["units": 4]), "(expected [2, 4], found [2, 3])"),
            ] as [(JSONValue?, String)] {
                let problem = try refusal { $0["model"] = value }
                #expect(problem.contains(words), "\(problem)")
            }
        }
    }

    @Test func optimizersAveragesAndGeneratorsComeBack() throws {
        try withFolder { folder in
            struct All {
                let net: Net
                let adam = Adam(learningRate: 0.1)
                let averages: AveragedWeights
                let random: RandomGenerator
                init(_ net: Net, _ seed: UInt64) {
                    self.net = net
                    (averages, random) = (AveragedWeights(of: net, decay: 0.5), RandomGenerator(seed: seed))
                }
                var parts: [(name: String, part: CheckpointPart)] {
                    [
                        ("model", .module(net)), ("optimizer", .optimizer(adam, of: net)),
                        ("averages", .averages(averages, of: net)), ("random", .random(random)),
                    ]
                }
                func step() {
                    let x = Tensor<Float>(normal: [6, 2], using: random)
                    let (_, gradients) = valueWithGradient(at: net) { net(x, .training).squared().mean() }
                    adam.update(net, along: gradients)
                    averages.update(from: net)
                }
            }
            let (first, second) = (All(try net(1), .max - 1), All(try net(2), 5))
            for _ in 0..<3 { first.step() }
            first.adam.learningRate = 0.05
            try Checkpoint.save(first.parts, to: "\(folder)/c")
            try Checkpoint.restore(second.parts, from: "\(folder)/c")
            #expect(second.adam.learningRate == 0.05 && second.adam.state.step == 3)
            for all in [first, second] { all.step() }
            #expect(first.net.namedTensors == second.net.namedTensors)
            #expect(first.averages.values == second.averages.values && second.averages.updates == 4)
            #expect(first.random.state == second.random.state && first.adam.state.slots == second.adam.state.slots)
        }
    }

    @Test func valuesAndCarriedStatesComeBack() throws {
        struct Record: Codable, Equatable {
            var words = ["a", "ü\n\"", ""]
            var numbers: [Float] = [.nan, -.infinity, 0.1]
            var large = Int.max
            var nothing: Int?
        }
        try withFolder { folder in
            var record = Record()
            let carried = CarriedState()
            let parts: [(name: String, part: CheckpointPart)] = [
                (
                    "record",
                    .value {
                        record
                    } set: {
                        record = $0
                    }
                ), ("state", .recurrentState(carried)),
                ("words", .constant(["x"])),
            ]
            try Checkpoint.save(parts, to: "\(folder)/empty")
            carried.state = RecurrentState(hidden: [Tensor([1, 2]), Tensor([3])], cell: [Tensor([4]), Tensor([5])])
            record.words = ["b"]
            try Checkpoint.save(parts, to: "\(folder)/full")
            try Checkpoint.restore(parts, from: "\(folder)/empty")
            #expect(record.words == Record().words && record.numbers[0].isNaN && record.numbers[1] == -.infinity)
            #expect(record.large == .max && record.numbers[2] == 0.1 && carried.state == nil)
            try Checkpoint.restore(parts, from: "\(folder)/full")
            #expect(record.words == ["b"] && carried.state?.hidden == [Tensor([1, 2]), Tensor([3])])
            #expect(carried.state?.cell == [Tensor([4]), Tensor([5])])
            let file = try Checkpoint(contentsOf: "\(folder)/full")
            #expect(try file.parts == ["record", "state", "words"] && file.value("words") == ["x"])
        }
    }

    /// Whatever does not fit is named, and nothing that does fit is changed before.
    @Test func aFileThatDoesNotFitChangesNothing() throws {
        try withFolder { folder in
            let (path, model) = ("\(folder)/c", try net(1))
            let learner = Learner(model, Adam(), averaging: 0.9, accumulation: 2)
            let random = RandomGenerator(seed: 1)
            let source = Trainer<Tensor<Float>>(learner, random: random) { $0($1, $2).squared().mean() }
            for _ in 0..<3 { try source.step(Tensor(uniform: [6, 2])) }
            let other = Learner(try net(2), Adam(), averaging: 0.9, accumulation: 2)
            let fresh = Trainer<Tensor<Float>>(other, random: RandomGenerator(seed: 7)) { $0($1, $2).squared().mean() }
            func refusal(
                _ change: (inout [String: JSONValue]) throws -> Void = { _ in },
                tensors: (inout SafeTensors) -> Void = { _ in }, into trainer: Trainer<Tensor<Float>>? = nil
            ) throws -> String {
                try source.save(to: path)
                try self.change(path, change)
                var file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
                tensors(&file)
                try file.write(to: URL(fileURLWithPath: path))
                let (before, state) = (other.model.namedTensors, fresh.random.state)
                let error = #expect(throws: (any Error).self) { try (trainer ?? fresh).resume(from: path) }
                #expect(other.model.namedTensors == before && other.optimizer.state.step == 0 && other.batches == 0)
                #expect(fresh.position == TrainingPosition() && fresh.random.state == state)
                #expect(other.averages?.updates == 0)
                return error.map { "\($0)" } ?? ""
            }
            for part in [
                "model", "model-optimizer", "model-position", "model-averages", "model-accumulated", "position",
                "random",
            ] {
                let problem = try refusal { $0[part] = nil }
                #expect(problem.contains(part), "\(problem)")
            }
            let most = JSONValue.integer(.max)
            for (part, value) in [
                ("position", JSONValue.object(["epoch": 0, "batch": 0, "step": 0, "lossSum": 0])),
                ("position", .object(["epoch": 1, "batch": 0, "step": most, "lossSum": 0])),
                ("position", "nowhere"), ("random", ["1"]), ("random", ["1", "-2"]), ("random", [1, 2]),
                ("model-position", ["batches": -1]), ("model-position", ["batches": most]), ("model-averages", most),
                ("model-averages", "many"),
                ("model-optimizer", ["type": "Adam", "step": -1, "learningRate": 1]),
                ("model-optimizer", ["type": "Adam", "step": most, "learningRate": 1]),
                ("model-optimizer", ["type": "Adam", "step": 1, "learningRate": "nan"]), ("model-optimizer", .null),
            ] {
                let problem = try refusal { $0[part] = value }
                #expect(problem.contains("is damaged"), "\(part) \(value): \(problem)")
            }
            let short = try refusal(tensors: { $0.tensors["model-optimizer/first/layer.weight"] = Tensor(zeros: [3]) })
            #expect(short.contains("model-optimizer/first/layer.weight (expected [2, 3], found [3])"))
            let unknown = try refusal(tensors: { $0.tensors["model-optimizer/first/nothing"] = Tensor(zeros: [3]) })
            #expect(unknown.contains("unknown to the model: model-optimizer/first/nothing"))
            let broken = try refusal(tensors: { $0.tensors["model-averages/layer.bias"] = Tensor([1, .nan, 1]) })
            #expect(broken.contains("\"model-averages/layer.bias\" hold NaN"))
            let waiting = try refusal(tensors: { $0.tensors["model-accumulated/layer.bias"] = Tensor(zeros: [4]) })
            #expect(waiting.contains("layer.bias"))
            let sgd = Learner(other.model, SGD(learningRate: 1), averaging: 0.9, accumulation: 2)
            let another = Trainer<Tensor<Float>>(sgd, random: fresh.random) { $0($1, $2).squared().mean() }
            let adam = try refusal(into: another)
            #expect(adam.contains("was written by a training with Adam, not with SGD"))
            try source.save(to: path)
            try fresh.resume(from: path)
            #expect(fresh.position == source.position && other.model.namedTensors == model.namedTensors)
        }
    }

    @Test func aCutFileIsAnError() throws {
        try withFolder { folder in
            try Checkpoint.save([("model", .module(net(1)))], to: "\(folder)/c")
            let whole = try bytes("\(folder)/c")
            for length in stride(from: 0, to: whole.count, by: 11) {
                try whole.prefix(length).write(to: URL(fileURLWithPath: "\(folder)/c"))
                #expect(throws: (any Error).self) { try Checkpoint(contentsOf: "\(folder)/c") }
            }
        }
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// Several values.
    public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    /// Values by name.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}
