import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// Which images a run works on, as the flags say; it travels in the checkpoint.
struct ImageSource: Codable, Equatable {
    /// The sets that the program knows.
    enum Dataset: String, CaseIterable, Codable {
        case fashion, mnist, generated, cifar10
        /// Files of images, a folder a class.
        case folder

        /// Whether its images are bright on black, in 28 × 28 gray pixels.
        var isGray: Bool { self == .fashion || self == .mnist || self == .generated }
    }

    /// The shortest side of images that anything can be seen in.
    static let leastSide = 8

    /// The set; nil until it is known which one is there.
    var dataset: Dataset?
    /// The folder that `--data` named.
    var data: String?
    /// Only so many images are learned from.
    var limit: Int?

    /// A set, wherever it lies.
    init(dataset: Dataset) { self.dataset = dataset }

    /// What the flags ask for.
    init(_ flags: Flags) throws {
        dataset = try flags.choice("--dataset", of: Dataset.allCases.map(\.rawValue)).flatMap(Dataset.init)
        data = flags.text("--data")
        limit = try flags.integer("--images", in: 1...100_000_000)
        if dataset == .generated && data != nil {
            throw UsageError("--data names files, but generated digits come from none")
        }
        if dataset == .folder && data == nil { throw UsageError("--dataset folder needs --data FOLDER") }
        if dataset == nil, let data { dataset = Self.kind(of: data) }
    }

    /// What kind of set a folder holds; nil when that cannot be told.
    private static func kind(of folder: String) -> Dataset? {
        func isThere(_ search: DataSearch) -> Bool { (try? search.locate(folder)) != nil }
        if isThere(FashionMNIST.search) { return .fashion }
        if isThere(CIFAR10.search) { return .cifar10 }
        return (try? ImageFolder(folder)) != nil ? .folder : nil
    }

    /// The network that learns these images when none is named.
    var usualNetwork: ImageNetwork {
        let name = dataset?.isGray ?? true ? "tf-layers" : "resnet20-cifar"
        return ImageNetwork.named(name) ?? ImageNetwork.all[0]
    }

    /// How images become like those of the set, `[H, W, C]`.
    func fit(_ shape: [Int]) -> ImagePreprocessing {
        if dataset?.isGray ?? true && shape[0] == shape[1] && shape[2] == 1 {
            return ImagePreprocessing(
                height: shape[0], width: shape[1], channels: 1,
                fit: .object(longerSide: shape[0] * (dataset == .fashion ? 28 : 20) / 28), filter: .bilinear)
        }
        return ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2])
    }
}
