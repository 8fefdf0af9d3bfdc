import Foundation
import Gradus

/// 60,000 photographs of 32 × 32 color pixels in 10 classes (Krizhevsky 2009), from the official binary files.
public struct CIFAR10: Sendable {
    /// Training images: 50,000 in the official set.
    public let training: LabeledImages
    /// Test images: 10,000 in the official set.
    public let test: LabeledImages
    /// The folder that was read.
    public let location: DataLocation

    /// The names of the classes.
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// Where the set is searched for; parts of the set in the same records are called `train….bin` and `test….bin`.
    public static let search = DataSearch(
        set: "cifar10", file: "data_batch_1.bin", otherFiles: ["train_10000.bin"],
        advice: "Unpack the binary version of https://www.cs.toronto.edu/~kriz/cifar.html and put its .bin files into "
            + ".data/cifar10, or name a folder that holds them.")

    /// Reads the set from `folder`, or from the folder that ``search`` finds.
    ///
    /// - Throws: ``MissingData`` or ``FileError``.
    public init(_ folder: String? = nil) throws {
        location = try Self.search.locate(folder)
        training = try Self.part(location.folder, ["data_batch_", "train"])
        test = try Self.part(location.folder, ["test_batch", "test"])
    }

    /// The files of the first name that is there.
    private static func part(_ folder: String, _ prefixes: [String]) throws -> LabeledImages {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".bin") || $0.hasSuffix(".bin.gz") }
        guard let prefix = prefixes.first(where: { prefix in names.contains { $0.hasPrefix(prefix) } }) else {
            throw FileError.inDataSet(
                path: "\(folder)/\(prefixes[0])….bin", problem: "is missing, though other files of the set are there")
        }
        return try images(names.filter { $0.hasPrefix(prefix) }.map { "\(folder)/\($0)" })
    }

    /// The images of files of records, plain or compressed with gzip: a byte for the class, then 1,024 red, 1,024 green and
    /// 1,024 blue ones.
    ///
    /// - Throws: ``FileError`` when a file does not consist of whole records, or names an unknown class.
    public static func images(_ paths: [String]) throws -> LabeledImages {
        var pixels: [UInt8] = []
        var labels: [Int32] = []
        for path in paths {
            let file = try CompressedFile(path)
            while true {
                let record = try file.read(recordSize)
                if record.isEmpty { break }
                guard record.count == recordSize else {
                    throw FileError.inDataSet(
                        path: path,
                        problem:
                            "ends \(record.count) bytes into record \(labels.count), expected \(recordSize); it was "
                            + "probably cut off while downloading")
                }
                guard Int(record[0]) < classNames.count else {
                    throw FileError.inDataSet(
                        path: path,
                        problem:
                            "record \(labels.count) begins with class \(record[0]), expected 0 to 9; is it a file of "
                            + "CIFAR-10's binary version?")
                }
                labels.append(Int32(record[0]))
                for pixel in 1...1024 {
                    for plane in 0..<3 { pixels.append(record[1024 * plane + pixel]) }
                }
            }
            if file.endsEarly {
                throw FileError.inDataSet(
                    path: path, problem: "is cut short: the end mark of its compression is missing")
            }
        }
        guard !labels.isEmpty else {
            throw FileError.inDataSet(path: paths.first ?? "CIFAR-10", problem: "holds no images")
        }
        return LabeledImages(
            Tensor(pixels, shape: [labels.count, 32, 32, 3]), Tensor(labels), classNames: classNames)
    }

    private static let recordSize = 3073
}
