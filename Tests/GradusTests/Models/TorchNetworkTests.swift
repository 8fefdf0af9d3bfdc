import Foundation
import Gradus
import GradusEvaluation
import GradusModels
import Testing

/// Whole networks beside PyTorch's, with weights that both make by one formula (Tests/Reference/networks.py).
@Suite struct TorchNetworkTests {
    @Test(arguments: ["resnet18", "mobilenetv2", "vgg11"]) func outputsAreThoseOfTorchvision(_ name: String) throws {
        let expected = try #require(try references()["\(name)/output"])
        let model = try #require(ImageNetwork.named(name)).makeModel(height: 64, width: 64)
        try fillByFormula(model)
        let images = Tensor<Float>(waves("input", [2, 3, 64, 64])).transposed([0, 2, 3, 1])
        let output = model(images, .inference)
        let size = expected.absoluteValue().max().item
        #expect((output - expected).absoluteValue().max().item < 2e-5 * size)
        // In the layers' plain form, which a summary and a record use, the numbers are the same but for rounding.
        let plain = model.recorded(images).output
        #expect((plain - output).absoluteValue().max().item < 2e-5 * size)
    }

    /// Layer by layer all agree; with one wrong weight, the first layer that differs is the one with that weight.
    @Test func aWrongLayerIsFound() throws {
        let prefix = "resnet20-cifar/"
        let all = try references().filter { $0.key.hasPrefix(prefix) }
        let reference = Dictionary(uniqueKeysWithValues: all.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        let model = try #require(ImageNetwork.named("resnet20-cifar")).makeModel(height: 8, width: 8)
        try fillByFormula(model)
        let input = try #require(reference["input"]).transposed([0, 2, 3, 1])
        let comparison = ActivationComparison(model, on: input, with: reference, tolerance: 1e-4)
        #expect(comparison.firstDifference == nil, "\(comparison)")
        #expect(comparison.rows.count == 1 + 1 + 9 * 4 + 2 && comparison.rows.last?.name == "output")

        let weight = try #require(model.parameter(named: "layer2.1.conv2.weight"))
        weight.value = weight.value * 1.01
        let wrong = ActivationComparison(model, on: input, with: reference, tolerance: 1e-4)
        #expect(wrong.firstDifference?.name == "layer2.1.conv2")
        // Weights in the wrong order of axes are found as well.
        try fillByFormula(model)
        let first = try #require(model.parameter(named: "layer1.0.conv1.weight"))
        first.value = first.value.transposed([1, 0, 2, 3])
        #expect(ActivationComparison(model, on: input, with: reference).firstDifference?.name == "layer1.0.conv1")
    }

    private func references() throws -> [String: Tensor<Float>] {
        try SafeTensors(contentsOf: fixture("networks.safetensors")).tensors
    }

    /// The weights of Tests/Reference/networks.py, in PyTorch's layouts.
    private func fillByFormula(_ model: ImageClassifier) throws {
        let filled = model.torchTensors().map { name, tensor in
            let values = waves(name, tensor.shape)
            let scaled: Tensor<Double> =
                tensor.rank > 1
                ? values * 2 * (1 / Double(tensor.shape.dropFirst().reduce(1, *))).squareRoot()
                : name.hasSuffix("running_var")
                    ? values * 0.5 + 1 : name.hasSuffix("weight") ? values * 0.2 + 1 : values * 0.1
            return (name, Tensor<Float>(scaled))
        }
        try model.load(torch: Dictionary(uniqueKeysWithValues: filled), file: "the formula")
    }

    private func waves(_ name: String, _ shape: [Int]) -> Tensor<Double> {
        let start = Double(name.utf8.reduce(0) { $0 + Int($1) })
        return Tensor((0..<shape.reduce(1, *)).map { sin(12.9898 * Double($0) + start) }, shape: shape)
    }
}
