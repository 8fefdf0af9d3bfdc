import Gradus

/// 70,000 handwritten digits of 28 × 28 gray pixels in 10 classes (LeCun, Cortes & Burges).
public struct MNIST: Sendable {
    /// 60,000 training images.
    public let training: LabeledImages
    /// 10,000 test images.
    public let test: LabeledImages
    /// The folder that was read.
    public let location: DataLocation

    /// Where the set is searched for.
    public static let search = DataSearch(
        set: "mnist", file: "train-images-idx3-ubyte",
        advice:
            "Put the four files of http://yann.lecun.com/exdb/mnist/ into .data/mnist, or name a folder that holds them."
    )

    /// Reads the set from `folder`, or from the folder that ``search`` finds.
    ///
    /// - Throws: ``MissingData`` or ``FileError``.
    public init(_ folder: String? = nil) throws {
        location = try Self.search.locate(folder)
        (training, test) = try readSplits(location, Self.search, (0..<10).map(String.init))
    }
}

/// 70,000 photographs of clothes, 28 × 28 gray pixels in 10 classes, in MNIST's format (Xiao, Rasul & Vollgraf 2017).
public struct FashionMNIST: Sendable {
    /// 60,000 training images.
    public let training: LabeledImages
    /// 10,000 test images.
    public let test: LabeledImages
    /// The folder that was read.
    public let location: DataLocation

    /// The names of the classes.
    public static let classNames = [
        "T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// Where the set is searched for.
    public static let search = DataSearch(
        set: "fashion-mnist", systemFolders: ["/usr/share/datasets/fashion-mnist"], file: "train-images-idx3-ubyte",
        advice:
            "Install the Debian package dataset-fashion-mnist, or name a folder that holds the set."
    )

    /// Reads the set from `folder`, or from the folder that ``search`` finds.
    ///
    /// - Throws: ``MissingData`` or ``FileError``.
    public init(_ folder: String? = nil) throws {
        location = try Self.search.locate(folder)
        (training, test) = try readSplits(location, Self.search, Self.classNames)
    }
}

/// The two parts of a set in MNIST's format.
private func readSplits(
    _ location: DataLocation, _ search: DataSearch, _ classNames: [String]
) throws -> (training: LabeledImages, test: LabeledImages) {
    func part(_ prefix: String) throws -> LabeledImages {
        let names = ["\(prefix)-images-idx3-ubyte", "\(prefix)-labels-idx1-ubyte"]
        let paths = try names.map { name in
            guard let path = search.path(of: name, in: location.folder) else {
                throw FileError.inDataSet(
                    path: "\(location.folder)/\(name)", problem: "is missing, though other files of the set are there")
            }
            return path
        }
        return try labeledImages(imagesPath: paths[0], labelsPath: paths[1], classNames: classNames)
    }
    return (try part("train"), try part("t10k"))
}

/// Gray images and their labels from two IDX files.
///
/// - Throws: ``FileError`` when a file is damaged, or their counts differ.
public func labeledImages(
    imagesPath: String, labelsPath: String, classNames: [String]
) throws -> LabeledImages {
    let images = try IDX.bytes(imagesPath, rank: 3)
    let labels = try IDX.bytes(labelsPath, rank: 1)
    guard images.shape[0] == labels.count else {
        throw FileError.inDataSet(
            path: labelsPath,
            problem: "holds \(labels.count) labels for the \(images.shape[0]) images of \(imagesPath)")
    }
    guard images.count > 0 else { throw FileError.inDataSet(path: imagesPath, problem: "holds no images") }
    if let wrong = labels.scalars.firstIndex(where: { Int($0) >= classNames.count }) {
        let largest = labels.scalars.max() ?? 0
        throw FileError(
            path: labelsPath,
            problem:
                "label \(labels.element(at: wrong)) of image \(wrong) is none of the \(classNames.count) classes "
                + "0 to \(classNames.count - 1) that are expected (\(classNames.prefix(3).joined(separator: ", ")), …); the "
                + "largest label of the file is \(largest)",
            advice:
                "The file is of another set, as EMNIST's letters: name a folder of its images, one subfolder a class, "
                + "or read it with labeledImages(imagesPath:labelsPath:classNames:) and the names of all "
                + "\(Int(largest) + 1) classes.")
    }
    return LabeledImages(images.expandingShape(at: 3), Tensor<Int32>(labels), classNames: classNames)
}

/// The file format of MNIST: a magic number with the element type and the number of axes, their lengths, the elements.
///
/// Two zero bytes, one for the type and one for the rank come first, then each length with four bytes, the highest
/// first (Y. LeCun's description of the format). Files may be compressed with gzip.
public enum IDX {
    /// Reads a file of unsigned bytes of the given rank.
    ///
    /// - Returns: a tensor of the shape that the file states.
    /// - Throws: ``FileError`` when it is damaged, or of another type or rank.
    public static func bytes(_ path: String, rank: Int) throws -> Tensor<UInt8> {
        let file = try CompressedFile(path)
        let shape = try header(file, rank: rank)
        guard let count = ClaimedShape.count(shape), count <= largest else {
            throw FileError.inDataSet(
                path: path, problem: "the header promises \(text(shape)) bytes, more than the \(largest) that are read")
        }
        let elements = try file.read(count)
        guard elements.count == count else {
            throw FileError.inDataSet(
                path: path,
                problem: "the header promises \(text(shape)) bytes, the file ends after \(elements.count); "
                    + "it was probably cut off while downloading")
        }
        guard try file.read(1).isEmpty else {
            throw FileError.inDataSet(
                path: path, problem: "the header promises \(text(shape)) bytes, the file continues after them")
        }
        guard !file.endsEarly else {
            throw FileError.inDataSet(path: path, problem: "is cut short: the end mark of its compression is missing")
        }
        return Tensor(elements, shape: shape)
    }

    /// No set of this format comes near.
    private static let largest = 1 << 31

    private static func header(_ file: CompressedFile, rank: Int) throws -> [Int] {
        let magic = try file.read(4)
        guard magic.count == 4 else {
            throw FileError.inDataSet(
                path: file.path, problem: "ends after \(magic.count) bytes, within the magic number")
        }
        guard magic[0] == 0 && magic[1] == 0 && magic[2] == 8 && Int(magic[3]) == rank else {
            let found = magic.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            throw FileError.inDataSet(
                path: file.path,
                problem:
                    "begins with \(found), expected 0000080\(rank): an IDX file of unsigned bytes with \(rank) axes")
        }
        let lengths = try file.read(4 * rank)
        guard lengths.count == 4 * rank else {
            throw FileError.inDataSet(path: file.path, problem: "ends within the lengths of its \(rank) axes")
        }
        return (0..<rank).map { axis in lengths[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) } }
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
}
