import Gradus
import GradusModels
import Testing

@Suite struct ImageNetworkTests {
    /// The counts of the originals.
    @Test(arguments: [
        ("lenet", 431_080), ("tf-layers", 3_274_634), ("cifar10-full", 89_578), ("tf-cifar10", 1_068_298),
        ("vgg11", 9_231_114), ("vgg16", 14_728_266), ("resnet20-cifar", 269_722), ("resnet32-cifar", 464_154),
        ("resnet44-cifar", 658_586), ("resnet56-cifar", 853_018), ("resnet110-cifar", 1_727_962),
        ("resnet18", 11_689_512), ("mobilenetv2", 3_504_872),
    ])
    func networksHaveTheirOriginalsWeights(_ name: String, _ count: Int) throws {
        #expect(try #require(ImageNetwork.named(name)).makeModel().parameterCount == count)
    }

    @Test func everyNetworkMapsItsImagesToScores() throws {
        #expect(ImageNetwork.all.count == 13 && Set(ImageNetwork.all.map(\.name)).count == 13)
        for network in ImageNetwork.all {
            let summary = network.makeModel().summary(input: [2] + network.inputShape)
            #expect(summary.output == [2, network.classes])
            // Another number of classes, other images.
            let side = max(network.leastSide, 36)
            let other = network.makeModel(classes: 3, height: side, width: side, channels: 1)
            #expect(other.summary(input: [5, side, side, 1]).output == [5, 3])
        }
        let mobile = try #require(ImageNetwork.named("mobilenetv2")).makeModel()
        #expect(mobile.summary(input: [1, 224, 224, 3]).multiplyAdds == 300_774_272)
    }

    /// The head is what remains when all else is frozen, and the layers worth showing exist.
    @Test func headsAndLayersAreNamedRightly() throws {
        for network in ImageNetwork.all where network.name != "resnet110-cifar" {
            let model = network.makeModel(classes: 4, height: network.leastSide, width: network.leastSide)
            let all = model.namedParameters().filter { $0.parameter.kind == .weight }.count
            #expect(model.freezeFeatures() == all - 2)
            let free = model.namedParameters().filter(\.parameter.isTrainable)
            #expect(free.map(\.parameter.shape.last) == [4, 4])
            let (_, record) = model.recorded(
                Tensor(normal: [1, network.leastSide, network.leastSide, network.inputShape[2]]))
            for layer in model.body.layersWorthShowing { #expect(record[layer]?.rank == 4, "\(network.name) \(layer)") }
        }
    }

    /// One gradient step reaches every weight, and repeated ones lower the loss on a few images.
    @Test(arguments: ["lenet", "tf-cifar10", "cifar10-full", "vgg11", "resnet18", "mobilenetv2"])
    func networksLearn(_ name: String) throws {
        let network = try #require(ImageNetwork.named(name))
        let side = name == "tf-cifar10" ? 12 : max(network.leastSide, 16)
        try withRandomSeed(5) {
            let model = network.makeModel(classes: 3, height: side, width: side)
            let images = network.preprocessing(Tensor(uniform: [6, side, side, network.inputShape[2]]))
            let labels = Tensor<Int32>([0, 1, 2, 0, 1, 2])
            let optimizer = Adam(learningRate: 1e-3)
            var losses: [Float] = []
            for _ in 0..<12 {
                let (loss, gradients) = valueWithGradient(at: model) {
                    softmaxCrossEntropy(model(images, .training), labels)
                }
                #expect(gradients.names.count == model.parameters.filter(\.isTrainable).count)
                optimizer.update(model, along: gradients)
                losses.append(loss.item)
            }
            let (first, last) = (try #require(losses.first), try #require(losses.last))
            #expect(last < (name == "cifar10-full" ? 1 : 0.6) * first, "\(losses)")
        }
    }
}
