import Gradus
import GradusModels
import Testing

@Suite struct LayerInputTests {
    /// The input of the last layer, multiplied with its weights, is the model's output.
    @Test(arguments: ["resnet20-cifar", "mobilenetv2", "tf-layers", "lenet", "resnet18"])
    func theInputOfTheLastLayerGivesTheScores(_ name: String) throws {
        let network = try #require(ImageNetwork.named(name))
        let model = withRandomSeed(1) { network.makeModel(classes: 7, height: 32, width: 32) }
        let images = Tensor<Float>(
            normal: [2, 32, 32, network.inputShape[2]], using: RandomGenerator(seed: 2))
        let weightName = try #require(model.namedParameters().last { $0.parameter.shape.count == 2 }?.name)
        let head = String(weightName.dropLast(".weight".count))
        let features = model.input(of: head, for: images)
        #expect(features.shape == [2, model.parameter(named: weightName)!.shape[0]])
        let scores = linear(
            features, model.parameter(named: weightName)!.value, model.parameter(named: "\(head).bias")?.value)
        #expect((scores - model(images, .inference)).absoluteValue().max().item < 1e-4)
    }
}
