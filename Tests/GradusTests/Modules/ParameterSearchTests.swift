import Gradus
import GradusModels
import Testing

/// Where parameters are found, where they are not, and copies of models.
@Suite struct ParameterSearchTests {
    @propertyWrapper struct Boxed<Value> {
        var wrappedValue: Value
    }

    enum Head: Module {
        case linear(Dense)
        case none
    }

    struct Plain {
        let layer = Dense(1, 1, useBias: false)
        let note = "not a module"
    }

    final class Odd: Module {
        @Boxed var wrapped = Dense(1, 1, useBias: false)
        lazy var late = Dense(1, 1, useBias: false)
        let head = Head.linear(Dense(1, 1, useBias: false))
        let plain = Plain()
        let pair: (left: Dense, Int) = (Dense(1, 1, useBias: false), 3)
        let any: Any = Dense(1, 1, useBias: false)
        let result: Result<Dense, FileError> = .success(Dense(1, 1, useBias: false))
        weak var parent: Odd?
    }

    @Test func oddPlacesAreFound() {
        let model = Odd()
        model.parent = model
        _ = model.late
        #expect(
            model.namedParameters().map(\.name) == [
                "wrapped.weight", "late.weight", "head.weight", "plain.layer.weight", "pair.left.weight", "any.weight",
                "result.weight",
            ])
    }

    struct Words: Module {
        let vocabulary: [String]
        let numbers: [String: Int]
        let pairs: [(String, Float)]
        let dense = Dense(2, 2)
    }

    /// The walk does not grow with the data beside the layers: 400,000 words cost what none do. (Timings are in Benchmarks.)
    @Test func dataIsNotWalked() {
        let words = (0..<100_000).map { "word \($0)" }
        let model = Words(
            vocabulary: words, numbers: Dictionary(uniqueKeysWithValues: zip(words, 0...)),
            pairs: words.map { ($0, 1) })
        #expect(model.children.map(\.name) == ["dense"])
        #expect(model.namedParameters().map(\.name) == ["dense.weight", "dense.bias"])
    }

    @Test func namesHaveNoSideEffects() {
        struct Net: Module { let part = Sequential { Dense(1, 1) } }
        let net = Net()
        #expect(net.namedParameters().map(\.name) == ["part.0.weight", "part.0.bias"])
        #expect(net.part.namedParameters().map(\.name) == ["0.weight", "0.bias"])
        let record = net.part.recorded(Tensor(zeros: [1, 1])).record
        #expect(record.entries.map(\.name) == ["0", ""])
    }

    @Test func aModuleThatContainsItselfIsRefused() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            final class Loop: Module { var peer: Loop? }
            let loop = Loop()
            loop.peer = loop
            _ = loop.namedParameters()
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("Loop: the module contains itself, as \"peer\""))
    }

    @Test func layersInFunctionsAreNamedAsLost() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            struct Net: Module {
                let apply: (Tensor<Float>) -> Tensor<Float>
                let dense = Dense(1, 1)
            }
            let hidden = Dense(1, 1)
            let net = Net { hidden($0, .inference) }
            _ = (net.namedParameters(), net.namedParameters())
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.components(separatedBy: "Net.apply is a function").count == 2)
    }

    struct Tied: Layer {
        let embedding: Parameter
        let layers: [any Layer]
        let byName: [String: Dense]
        let maybe: Dense?
        let inner: Plain
        let output: Parameter

        init() {
            embedding = Parameter(Tensor(ones: [2]))
            layers = [
                Dense(2, 2),
                Sequential {
                    Dense(2, 2); Dropout(0.5)
                },
            ]
            byName = ["b": Dense(2, 2), "a": Dense(2, 2)]
            maybe = Dense(2, 2)
            inner = Plain()
            output = embedding
        }

        func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            byName["a"]!(layers.reduce(x) { $1($0, pass) }, pass) * output.value
        }
    }

    @Test func copiesHaveParametersOfTheirOwn() {
        let model = Tied()
        model.layers[0].freeze()
        let x = Tensor<Float>([[1, 2]])
        let before = model(x, .inference)
        let copy = model.copy()
        #expect(copy(x, .inference) == before && copy.embedding === copy.output)
        let (old, new) = (model.namedParameters(), copy.namedParameters())
        #expect(old.map(\.name) == new.map(\.name) && old.count == 12)
        for (a, b) in zip(old, new) {
            #expect(a.parameter !== b.parameter && a.parameter.value == b.parameter.value)
            #expect(a.parameter.isFrozen == b.parameter.isFrozen)
        }
        for (_, parameter) in new { parameter.value = parameter.value + 1 }
        #expect(model(x, .inference) == before && copy(x, .inference) != before)
    }

    @Test func copiesOfLibraryModelsCompute() {
        let model = withRandomSeed(1) { CIFARResNet(depth: 20) }
        let x = Tensor<Float>(normal: [1, 32, 32, 3], using: RandomGenerator(seed: 1))
        #expect(model.copy()(x, .inference) == model(x, .inference))
    }

    @Test func aClassCannotBeCopied() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            copyAClass()
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("ParameterSearchTests.swift:"), "\(message)")
        #expect(message.contains("copy: Net keeps parameters in Holder"))
    }

    /// A snapshot stays what it was while its model is trained, and many tasks evaluate it at once.
    @Test func snapshotsAreEvaluatedByManyTasks() async {
        let model = withRandomSeed(1) { CIFARResNet(depth: 20) }
        let x = Tensor<Float>(normal: [2, 32, 32, 3], using: RandomGenerator(seed: 2))
        let expected = model(x, .inference)
        let snapshot = model.snapshot()
        let optimizer = SGD(learningRate: 0.1)
        await withTaskGroup(of: Tensor<Float>.self) { group in
            for _ in 0..<4 { group.addTask { snapshot(x) } }
            let (_, gradients) = valueWithGradient(at: model) { model(x, .training).squared().sum() }
            optimizer.update(model, along: gradients)
            for await result in group { #expect(result == expected) }
        }
        #expect(model(x, .inference) != expected && snapshot(x) == expected)
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func copyAClass() {
    final class Holder: Module { let dense = Dense(1, 1) }
    struct Net: Module { let holder = Holder() }
    _ = Net().copy()
}
