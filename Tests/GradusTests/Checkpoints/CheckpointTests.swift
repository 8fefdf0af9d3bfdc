import Foundation
import Gradus
import GradusTraining
import Testing

@Suite struct CheckpointTests {
    private func net(_ outputs: Int = 3) -> Sequential {
        Sequential {
            Dense(4, 5, activation: .relu)
            BatchNorm(5)
            Dropout(0.5)
            Dense(5, outputs)
        }
    }

    @Test func savedWeightsComeBackBitForBit() throws {
        try withFile { path in
            let (a, b) = (withRandomSeed(1) { net() }, withRandomSeed(2) { net() })
            try a.save(to: path)
            try b.load(from: path)
            #expect(a.namedTensors == b.namedTensors)
        }
    }

    @Test func anotherModelIsRefusedByName() throws {
        struct Other: Module {
            let head = Dense(4, 5)
            let extra = Parameter(Tensor(zeros: [2]))
        }
        try withFile { path in
            try net().save(to: path)
            let error = #expect(throws: CheckpointMismatch.self) { try Other().load(from: path) }
            #expect(error?.missing == ["head.weight", "head.bias", "extra"])
            #expect(error?.leftOver.contains("0.weight") == true)
            let wide = net(7)
            let before = wide.namedTensors
            let mismatch = #expect(throws: CheckpointMismatch.self) { try wide.load(from: path) }
            #expect(mismatch?.description.contains("3.weight (expected [5, 7], found [5, 3])") == true)
            #expect(wide.namedTensors == before)
            #expect(try wide.loadMatching(from: path) == ["3.weight", "3.bias"])
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsThatAreNotFiniteAreRefused(_ value: Float) throws {
        try withFile { path in
            let (broken, net) = (net(), net())
            let trainer = Trainer(net, SGD(learningRate: 0.1), random: RandomGenerator(seed: 1)) { model, x, pass in
                model(x, pass).mean()
            }
            let torch = broken.torchTensors()
            try trainer.save(to: path)
            let before = net.namedTensors
            let message = "the weights \"3.weight\" hold \(value.isNaN ? "NaN" : "infinity")"
            func isRefused(_ load: () throws -> Void) {
                let error = #expect(throws: FileError.self) { try load() }
                #expect(error?.problem.contains(message) == true, "\(error?.description ?? "")")
                #expect(net.namedTensors == before)
            }
            var file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
            file.tensors["3.weight"]!.withUnsafeMutableElements { $0[7] = value }
            try file.write(to: URL(fileURLWithPath: path))
            isRefused { try trainer.resume(from: path) }
            isRefused { try trainer.start(from: path) }
            isRefused { try net.load(from: path) }
            isRefused { try net.loadMatching(from: path) }
            isRefused { try net.load(["3.weight": file.tensors["3.weight"]!].merging(before) { a, _ in a }) }
            isRefused {
                let name = "3.weight"
                try net.load(torch: torch.merging([name: file.tensors[name]!.transposed()]) { $1 }, file: "net.pth")
            }
        }
    }

    @Test func largeFiniteWeightsAreTaken() throws {
        let net = net()
        var tensors = net.namedTensors
        tensors["3.weight"]!.withUnsafeMutableElements { $0[0] = 3e38 }
        try net.load(tensors)
        #expect(net.namedTensors["3.weight"] == tensors["3.weight"])
    }

    @Test func aFailedTrainingSaysWhichCheckpointIsLeft() throws {
        let trainer = Trainer(Dense(4, 3), SGD(learningRate: 0.1), random: RandomGenerator(seed: 1)) {
            (model: Dense, x: Tensor<Float>, pass: Pass) in model(x, pass).mean()
        }
        let batches = [Tensor<Float>(repeating: .nan, shape: [2, 4]), Tensor<Float>(uniform: [2, 4])]
        func check(_ words: String) {
            let error = #expect(throws: DivergenceError.self) { try trainer.step(batches[0]) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        check("No checkpoint was written yet.")
        try withFile { path in
            try trainer.save(to: path)
            check("The checkpoint is kept, but it is that of the beginning.")
            for _ in 0..<3 { try trainer.step(batches[1]) }
            try trainer.save(to: path)
            check("The last checkpoint is kept, that of step 3.")
            try trainer.resume(from: path)
            check("that of step 3.")
        }
    }

    @Test func aTrainingContinuesBitForBit() throws {
        func trainer() -> (trainer: Trainer<Tensor<Float>>, model: Sequential) {
            let model = withRandomSeed(3) { net() }
            let trainer = Trainer<Tensor<Float>>(model, Adam(), random: RandomGenerator(seed: 5)) { model, x, pass in
                model(x, pass).squared().mean()
            }
            return (trainer, model)
        }
        let batches = (0..<8).map { Tensor<Float>(normal: [6, 4], using: RandomGenerator(seed: UInt64($0))) }
        let (whole, wholeModel) = trainer()
        for batch in batches { try whole.step(batch) }

        try withFile { path in
            let (first, _) = trainer()
            for batch in batches[..<3] { try first.step(batch) }
            try first.save(to: path)
            let (second, secondModel) = trainer()
            try second.resume(from: path)
            #expect(second.position == first.position && second.position.batch == 3)
            for batch in batches[3...] { try second.step(batch) }
            #expect(secondModel.namedTensors == wholeModel.namedTensors)
            #expect(second.meanLoss == whole.meanLoss)
        }
    }

    @Test func weightsComeOutOfATrainingsCheckpointToo() throws {
        try withFile { path in
            let trained = net()
            let trainer = Trainer(trained, Adam(), random: RandomGenerator(seed: 5)) { model, x, pass in
                model(x, pass).squared().mean()
            }
            try trainer.step(Tensor(ones: [6, 4]))
            try trainer.save(to: path)
            let (fresh, copy) = (net(), net())
            try fresh.load(from: path)
            #expect(fresh.namedTensors == trained.namedTensors)
            try copy.load(trained.namedTensors)
            #expect(copy.namedTensors == trained.namedTensors)
            #expect(try Checkpoint(contentsOf: path).value("position", as: TrainingPosition.self).step == 1)
        }
    }

    /// A slash and a mark that combines with it are one `Character`, but two code points of a name.
    @Test func namesMayBeginWithACombiningMark() throws {
        struct Marked: Module {
            let layer = Dense(2, 1)
            var children: [(name: String, value: Any)] { [("\u{301}layer", layer)] }
        }
        try withFile { path in
            let model = Marked()
            let (_, gradients) = valueWithGradient(at: model) { model.layer(Tensor(ones: [1, 2]), .training).sum() }
            let (adam, fresh) = (Adam(), Adam())
            adam.update(model, along: gradients)
            try Checkpoint.save([("model", .module(model)), ("optimizer", .optimizer(adam, of: model))], to: path)
            let other = Marked()
            try Checkpoint.restore(
                [("model", .module(other)), ("optimizer", .optimizer(fresh, of: other))], from: path)
            #expect(fresh.state.slots["first"]?.keys.sorted() == adam.state.slots["first"]?.keys.sorted())
            #expect(fresh.state.slots["first"]?.count == 2)
        }
    }

    /// What a checkpoint says about the optimizer is not believed unseen: a slot of a wrong size would be written beyond.
    @Test func anOptimizersPartMustFit() throws {
        try withFile { path in
            let model = net()
            let (_, gradients) = valueWithGradient(at: model) { model(Tensor(ones: [6, 4]), .training).sum() }
            let adam = Adam()
            adam.update(model, along: gradients)
            func refusal(_ change: (inout SafeTensors) -> Void, _ optimizer: any Optimizer = Adam()) throws -> String {
                try Checkpoint.save([("model", .module(model)), ("optimizer", .optimizer(adam, of: model))], to: path)
                var file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
                change(&file)
                try file.write(to: URL(fileURLWithPath: path))
                let error = #expect(throws: (any Error).self) {
                    try Checkpoint.restore([("optimizer", .optimizer(optimizer, of: model))], from: path)
                }
                #expect(optimizer.state.step == 0 && optimizer.state.slots.isEmpty)
                return error.map { "\($0)" } ?? ""
            }
            let short = try refusal { $0.tensors["optimizer/first/0.weight"] = Tensor(zeros: [3]) }
            #expect(short.contains("optimizer/first/0.weight (expected [4, 5], found [3])"))
            let unknown = try refusal { $0.tensors["optimizer/first/nothing"] = Tensor(zeros: [3]) }
            #expect(unknown.contains("unknown to the model: optimizer/first/nothing"))
            #expect(try refusal({ _ in }, SGD(learningRate: 1)).contains("a training with Adam, not with SGD"))
            let place = try refusal {
                $0.metadata["parts"]?.replace("\"step\":1", with: "\"step\":-9223372036854775808")
            }
            #expect(place.contains("is damaged"))
        }
    }

    /// The step before may have been the one that broke a weight while its own loss was a number still.
    @Test func aBrokenWeightDoesNotReplaceTheLastGoodCheckpoint() throws {
        try withFile { path in
            let model = Dense(2, 1)
            let trainer = Trainer(model, SGD(learningRate: 3e38), random: RandomGenerator(seed: 1)) { model, x, pass in
                model(x, pass).sum()
            }
            try trainer.save(to: path)
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            try trainer.step(Tensor(repeating: 4, shape: [1, 2]))
            let error = #expect(throws: DivergenceError.self) { try trainer.save(to: path) }
            #expect(error?.description.contains("\"weight\" is not finite after step 1") == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test func aLossThatIsNotFiniteChangesNothing() throws {
        let model = Dense(1, 1)
        let trainer = Trainer(model, SGD(learningRate: 1), random: RandomGenerator(seed: 1)) { model, x, pass in
            model(x, pass).sum()
        }
        let before = model.namedTensors
        let error = #expect(throws: DivergenceError.self) { try trainer.step(Tensor<Float>([[.infinity]])) }
        #expect(error?.step == 1 && error?.parameter == "weight")
        #expect(model.namedTensors == before && trainer.position.step == 0)
    }

    @Test func everyTruncationIsAnError() throws {
        try withFile { path in
            try net().save(to: path)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for length in stride(from: 0, to: whole.count, by: 7) {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(throws: (any Error).self) { try SafeTensors(contentsOf: URL(fileURLWithPath: path)) }
            }
        }
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "does not fill its place"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, "impossible shape"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, "whole number from 0"),
        (#"{"a":{"dtype":"F32","shape":[100],"data_offsets":[0,400]}}"#, "cut short"),
        (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}"#, "cut short"),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "overlaps another tensor"
        ),
        ("[1, 2]", "not the JSON object"),
    ])
    func headersAreChecked(_ header: String, _ message: String) throws {
        try withFile { path in
            var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
            data += Data(header.utf8) + Data(repeating: 0, count: 8)
            try data.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: (any Error).self) { try SafeTensors(contentsOf: URL(fileURLWithPath: path)) }
            #expect(error.map { "\($0)".contains(message) } == true)
        }
    }

    @Test func otherElementTypesAreConverted() throws {
        try withFile { path in
            let header =
                #"{"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}"#
            var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
            for bits in [0x3C00, 0xC100, 0x0001, 0x7C00, 0x3FC0] as [UInt16] {
                data += withUnsafeBytes(of: bits.littleEndian) { Data($0) }
            }
            try data.write(to: URL(fileURLWithPath: path))
            let file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
            #expect(file.tensors["h"]?.scalars == [1, -2.5, 0x1p-24, .infinity])
            #expect(file.tensors["b"]?.item == 1.5)
        }
    }

    @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("gradus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let target = folder.appendingPathComponent("file")
        try AtomicFile.write(Data("old".utf8), to: target)
        struct Stop: Error {}
        #expect(throws: FileError.self) {
            try AtomicFile.write(to: target) { handle in
                try handle.write(contentsOf: Data("new".utf8))
                throw Stop()
            }
        }
        #expect(try String(contentsOf: target, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
        #expect(throws: FileError.self) { try AtomicFile.write(Data(), to: URL(fileURLWithPath: "/nowhere/file")) }
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "gradus-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}

/// A user's layer with a name and a layout of its own in PyTorch.
private struct Scaling: Layer, TorchMapped {
    let factor = Parameter(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] { [(factor, "gain", .matrix)] }
    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { input }
}

extension CheckpointTests {
    @Test func aLayerOfOnesOwnHasNamesInPyTorch() throws {
        let net = Sequential { Scaling() }
        let torch = net.torchTensors()
        #expect(torch.keys.sorted() == ["0.gain"])
        #expect(torch["0.gain"]?.shape == [3, 2] && torch["0.gain"]?.scalars == [1, 4, 2, 5, 3, 6])
        let other = Sequential { Scaling() }
        try other.load(torch: ["0.gain": torch["0.gain"]! * 2], file: "net.pth")
        #expect(other.namedTensors["0.factor"]?.scalars == [2, 4, 6, 8, 10, 12])
    }
}
