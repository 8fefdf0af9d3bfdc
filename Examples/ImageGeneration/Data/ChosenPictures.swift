import ExampleSupport
import Gradus
import GradusData

/// The pictures of a run, whatever they come from.
struct ChosenPictures {
    let name: String
    let source: String
    let shape: [Int]
    let classNames: [String]
    let folder: String?
    private let images: LabelledImages

    var count: Int { images.count }

    init(name: String?, data: String?, size: Int?, isGrey: Bool?, isSmoke: Bool) throws {
        switch name {
        case "mnist":
            let set = try MNIST(data)
            self.init("mnist", "MNIST, \(set.location.folder) (\(set.location.origin))", set.training, data, isSmoke)
        case "generated":
            self.init("generated", "digits, drawn by this program", GeneratedDigits().training, data, isSmoke)
        default:
            let set = try FashionMNIST(data)
            self.init(
                "fashion", "Fashion-MNIST, \(set.location.folder) (\(set.location.origin))", set.training, data, isSmoke
            )
        }
    }

    private init(_ name: String, _ source: String, _ images: LabelledImages, _ folder: String?, _ isSmoke: Bool) {
        (self.name, self.source, self.folder) = (name, source, folder)
        self.images = isSmoke ? images.prefix(1000) : images
        (shape, classNames) = (images.imageShape, images.classNames)
    }

    func batches(of size: Int, seed: Int, epoch: Int, from first: Int) -> AnySequence<ImageBatch> {
        let mixed = images.shuffled(seed: seed &* 1000 &+ epoch)
        return AnySequence(mixed.batches(of: size, from: first, dropsLast: true).prefetched())
    }
}
