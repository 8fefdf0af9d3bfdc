import Foundation
import Gradus
import GradusData
import GradusModels
import Testing

@Suite struct TorchWeightsTests {
    @Test(arguments: ["zip", "old"]) func everyKindOfTensorIsRead(_ form: String) throws {
        let weights = try TorchWeights(contentsOf: torchFixture("state-\(form).pth"))
        let expected = try SafeTensors(contentsOf: URL(fileURLWithPath: torchFixture("torch-values.safetensors")))
            .tensors
        #expect(Set(weights.tensors.keys) == Set(expected.keys) && weights.names.first == "plain")
        for (name, value) in expected { #expect(weights.tensors[name] == value, "\(name)") }
    }

    struct Net: Layer {
        let conv = Conv2D(2, 3, kernel: 3)
        let norm = BatchNorm(3)
        let linear = Dense(12, 2)

        var children: [(name: String, value: Any)] { [("0", conv), ("1", norm), ("3", linear)] }

        func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            linear(Flatten()(norm(conv(input, pass), pass), pass), pass)
        }
    }

    /// A checkpoint of a `DataParallel` network, whose dense layer sees flattened images.
    @Test(arguments: ["zip", "old"]) func aCheckpointFillsAModel(_ form: String) throws {
        let weights = try TorchWeights(contentsOf: torchFixture("checkpoint-\(form).pth"))
        let values = try SafeTensors(contentsOf: URL(fileURLWithPath: torchFixture("checkpoint-values.safetensors")))
            .tensors
        let (x, y) = (try #require(values["input"]), try #require(values["output"]))
        let net = Net()
        try net.load(torch: weights.tensors, file: "checkpoint.pth", flattened: ["3": [2, 2, 3]])
        let output = net(x.transposed([0, 2, 3, 1]), .inference)
        #expect((output - y).absoluteValue().max().item < 1e-6)
        // And back: what PyTorch would load again.
        let back = net.torchTensors(flattened: ["3": [2, 2, 3]])
        for (name, value) in back { #expect(weights.tensors[name] == value) }
        #expect(back.count == weights.tensors.count - 1)
        // Without the hint the network computes something else.
        try net.load(torch: weights.tensors, file: "checkpoint.pth")
        #expect((net(x.transposed([0, 2, 3, 1]), .inference) - y).absoluteValue().max().item > 1e-3)
    }

    @Test func whatDoesNotFitIsNamedAllAtOnce() throws {
        var tensors = try TorchWeights(contentsOf: torchFixture("checkpoint-zip.pth")).tensors
        tensors["0.weight"] = Tensor(zeros: [3, 2, 5, 5])
        tensors["1.running_mean"] = nil
        tensors["4.weight"] = Tensor(zeros: [1])
        let net = Net()
        let before = net.namedTensors
        do {
            try net.load(torch: tensors, file: "some.pth")
            Issue.record("it was taken")
        } catch let error as CheckpointMismatch {
            #expect(error.missing == ["1.running_mean"] && error.leftOver == ["4.weight"])
            #expect(error.misshapen.map(\.name) == ["0.weight"] && error.misshapen[0].expected == [3, 2, 3, 3])
            #expect("\(error)".contains("0.weight (expected [3, 2, 3, 3], found [3, 2, 5, 5])"))
        }
        for (name, value) in net.namedTensors { #expect(before[name] == value) }
    }

    /// The last layer may stay, for other classes.
    @Test func aHeadIsLeftAlone() throws {
        let tensors = try TorchWeights(contentsOf: torchFixture("checkpoint-zip.pth")).tensors
        let net = Net()
        let head = net.linear.weight.value
        try net.load(torch: tensors, file: "some.pth", exceptHead: "3.")
        #expect(net.linear.weight.value == head && net.conv.bias?.value == tensors["0.bias"])
    }

    /// A network that is wrapped here takes the file of one that is not, or is wrapped otherwise, and the other way round.
    @Test func wrappersOfEitherSideDoNotCount() throws {
        struct Wrapped: Layer {
            let model = Net()
            func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { model(input, pass) }
        }
        let tensors = try TorchWeights(contentsOf: torchFixture("checkpoint-zip.pth")).tensors
        for prefix in ["", "model.", "module.", "module.model.", "_orig_mod."] {
            let given = Dictionary(uniqueKeysWithValues: tensors.map { (prefix + $0.key, $0.value) })
            let (plain, wrapped) = (Net(), Wrapped())
            try plain.load(torch: given, file: "some.pth")
            try wrapped.load(torch: given, file: "some.pth")
            #expect(plain.conv.bias?.value == tensors["0.bias"] && wrapped.model.conv.bias?.value == tensors["0.bias"])
        }
    }
}
