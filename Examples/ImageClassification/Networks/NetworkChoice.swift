import Gradus
import GradusModels

/// A network whose kind is known only when the program runs; its parameters keep their own names.
struct ImageClassifier: Layer {
    let layer: any Layer

    var children: [(name: String, value: Any)] { layer.children }

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { layer(images, pass) }
}

/// The networks that can be trained here, by name.
enum NetworkChoice: String, CaseIterable, Codable {
    case tfLayers = "tf-layers"
    case resnet20 = "resnet20-cifar"

    /// The size that pictures are brought to, `[H, W, C]`, from the size that they have.
    func inputShape(_ pictures: [Int]) -> [Int] {
        switch self {
        case .tfLayers: pictures
        case .resnet20: [32, 32, 3]
        }
    }

    /// What its original's solver does with some of the parameters.
    var parameterGroups: [ParameterGroup] { [] }

    /// A network with new weights for pictures `[H, W, C]`.
    func network(input: [Int], classes: Int, seed: Int) -> ImageClassifier {
        withRandomSeed(UInt64(seed)) {
            switch self {
            case .tfLayers:
                ImageClassifier(
                    layer: TFLayersNet(height: input[0], width: input[1], channels: input[2], classes: classes))
            case .resnet20: ImageClassifier(layer: CIFARResNet(depth: 20, classes: classes))
            }
        }
    }
}
