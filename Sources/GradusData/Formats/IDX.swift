import Gradus

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
                path: path, problem: "the header promises \(text(shape)) bytes, the file goes on behind them")
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
