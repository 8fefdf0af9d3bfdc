import ExampleSupport
import Gradus
import GradusData
import GradusVision

/// Which images a run works on, as the flags say.
struct ImageChoice: Codable, Equatable {
    /// The sets that the program knows.
    enum Dataset: String, CaseIterable, Codable {
        case cifar10, fashion, mnist, generated
        /// Files of images, a folder a class.
        case folder
    }

    /// The set; nil takes the first that is there: CIFAR-10, Fashion-MNIST, digits that the program draws.
    var dataset: Dataset?
    /// The folder that `--data` named.
    var data: String?

    /// What the flags ask for; without them, the same as `other`.
    init(_ flags: Flags, otherwise other: ImageChoice? = nil) throws {
        let name = try flags.choice("--dataset", of: Dataset.allCases.map(\.rawValue))
        dataset = name.flatMap(Dataset.init) ?? other?.dataset
        data = flags.text("--data") ?? other?.data
        if dataset == .generated && data != nil {
            throw UsageError("--data names files, but generated digits come from none")
        }
        if dataset == .folder && data == nil { throw UsageError("--dataset folder needs --data FOLDER") }
        if dataset == nil, let data {
            func holds(_ search: DataSearch) -> Bool { (try? search.locate(data)) != nil }
            dataset = holds(CIFAR10.search) ? .cifar10 : holds(FashionMNIST.search) ? .fashion : .folder
        }
    }

    static let flags = [
        FlagSpecification(
            "--dataset", .value("NAME"),
            "cifar10, fashion, mnist, generated, or folder (default: the first of these that is there)"),
        FlagSpecification(
            "--data", .value("FOLDER"),
            "where the set's files are; or a folder of images with a subfolder for each class"),
    ]
}
