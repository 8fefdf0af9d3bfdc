import GradusData
import GradusTraining

/// The image sets that a program knows by name.
public enum KnownImageSet: String, FlagValue, CaseIterable {
    /// Fashion-MNIST: 60,000 gray images of clothes, 28 × 28.
    case fashion
    /// MNIST: 60,000 gray images of handwritten digits, 28 × 28.
    case mnist
    /// CIFAR-10: 50,000 color images of animals and vehicles, 32 × 32.
    case cifar10
    /// Digits that are drawn when they are needed.
    case generated
}

/// A set in memory, with its test images.
public struct KnownSet: Sendable {
    /// Which one it is.
    public let name: KnownImageSet
    /// What it is and where it is stored, in words.
    public let source: String
    /// Training images.
    public let training: LabeledImages
    /// Test images.
    public let test: LabeledImages

    /// The set of that name with its files in a folder; without a name Fashion-MNIST, or generated digits where that is missing.
    ///
    /// - Parameter limit: how many images are needed of each part, at most.
    /// - Throws: `MissingData`, an error of the set's files, or `UsageError`.
    public init(_ name: KnownImageSet?, _ folder: String?, limit: Int) throws {
        switch name {
        case .mnist:
            let set = try MNIST(folder)
            self.init(.mnist, "MNIST, \(set.location.folder) (\(set.location.origin))", set.training, set.test)
        case .cifar10:
            let set = try CIFAR10(folder)
            self.init(.cifar10, "CIFAR-10, \(set.location.folder) (\(set.location.origin))", set.training, set.test)
        case .generated:
            if folder != nil { throw UsageError("--data names files, but generated digits come from none") }
            self.init(digits: "drawn by this program", limit)
        case .fashion, nil:
            do {
                let set = try FashionMNIST(folder)
                let place = "\(set.location.folder) (\(set.location.origin))"
                self.init(.fashion, "Fashion-MNIST, \(place)", set.training, set.test)
            } catch let error as MissingData where name == nil && folder == nil {
                self.init(digits: "drawn by this program, because Fashion-MNIST is not here. \(error.advice)", limit)
            }
        }
    }

    private init(_ name: KnownImageSet, _ source: String, _ training: LabeledImages, _ test: LabeledImages) {
        (self.name, self.source, self.training, self.test) = (name, source, training, test)
    }

    private init(digits reason: String, _ limit: Int) {
        let set = GeneratedDigits(training: min(12_000, limit), test: min(2_000, limit))
        self.init(.generated, "digits, \(reason)", set.training, set.test)
    }
}
