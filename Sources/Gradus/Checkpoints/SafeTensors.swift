import Foundation

/// A safetensors file: named tensors and metadata.
///
/// The format is the length of a JSON header in eight little-endian bytes, the header with each tensor's type, shape and byte
/// range, and the values without gaps; see the description by the safetensors project. All its integers, F64, F32, F16, BF16,
/// F8_E4M3, F8_E5M2 and BOOL can be read; F32 is written.
public struct SafeTensors: Sendable {
    /// The tensors by name. Elements of other types are converted to `Float`: narrower ones exactly, doubles rounded; see
    /// ``leftOut`` for the rest.
    public var tensors: [String: Tensor<Float>]
    /// The metadata by key.
    public var metadata: [String: String]
    /// The tensors of a file that are not in ``tensors``, each with the reason: an unknown element type, or an integer that no
    /// `Float` can represent, as 2²⁴ + 1. Integers are not rounded; ``doubles(contentsOf:)`` reads them up to 2⁵³.
    public internal(set) var leftOut: [String: String] = [:]

    /// Contents for a new file.
    public init(tensors: [String: Tensor<Float>] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }
}

extension SafeTensors {
    /// The key of the metadata with the parts of a training's checkpoint, as a JSON object; the tensors of each part but the
    /// model begin with its name and a slash.
    package static let partsKey = "parts"

    /// The model's own tensors, without those of other parts of a checkpoint.
    package var weights: [String: Tensor<Float>] {
        guard let text = metadata[Self.partsKey],
            let parts = try? JSONDecoder().decode([String: AnyPart].self, from: Data(text.utf8)).keys
        else { return tensors }
        let prefixes = Set(parts)
        return tensors.filter { name, _ in
            let pieces = name.pieces(between: "/")
            return pieces.count == 1 || !prefixes.contains(pieces[0])
        }
    }
}

/// A part whose value does not matter here.
private struct AnyPart: Decodable {
    init(from decoder: any Decoder) {}
}

extension SafeTensors {
    /// Reads a file and checks everything in its header against the contents.
    ///
    /// - Throws: ``FileError`` when the file cannot be read or is malformed.
    public init(contentsOf url: URL) throws { try self.init(WholeFile.mapped(url.path), name: url.path) }

    /// The contents of a file in memory; `name` appears in errors.
    init(_ data: Data, name: String) throws {
        let layout = try SafeTensorsLayout(data, file: name)
        self.init(metadata: layout.metadata)
        for place in layout.tensors {
            let name = place.entry.name
            guard let type = place.type else {
                leftOut[name] = "has elements of type \(place.entry.type); known are \(StoredNumber.names)"
                continue
            }
            var inexact: String?
            let tensor = Tensor<Float>.computed(place.entry.shape) { out in
                inexact = place.bytes.withUnsafeBytes { type.convert($0, into: out, place.count) }
            }
            if let inexact {
                leftOut[name] =
                    "holds \(inexact), which no Float can represent; SafeTensors.doubles(contentsOf:) reads it"
            } else {
                tensors[name] = tensor
            }
        }
    }

    /// The tensors of a file in double precision: F64 and integers up to 2⁵³ exactly.
    ///
    /// - Throws: ``FileError`` when the file cannot be read or is malformed, or has an integer that no `Double` can represent or
    ///   an unknown element type.
    public static func doubles(contentsOf url: URL) throws -> [String: Tensor<Double>] {
        let layout = try SafeTensorsLayout(WholeFile.mapped(url.path), file: url.path)
        var tensors: [String: Tensor<Double>] = [:]
        for place in layout.tensors {
            func failure(_ problem: String) -> FileError {
                FileError(path: url.path, problem: "\"\(place.entry.name)\" \(problem)")
            }
            guard let type = place.type else {
                throw failure("has elements of type \(place.entry.type); known are \(StoredNumber.names)")
            }
            var inexact: String?
            tensors[place.entry.name] = .computed(place.entry.shape) { out in
                inexact = place.bytes.withUnsafeBytes { type.convert($0, into: out, place.count) }
            }
            if let inexact { throw failure("holds \(inexact), which no Double can represent") }
        }
        return tensors
    }
}

/// The byte ranges of a file's tensors: contiguous, each as long as its shape and type need.
private struct SafeTensorsLayout {
    struct Place {
        let entry: TensorEntry
        /// Nil for a type that is not read.
        let type: StoredNumber?
        let count: Int
        let bytes: Data
    }

    let metadata: [String: String]
    private(set) var tensors: [Place] = []

    init(_ data: Data, file: String) throws(FileError) {
        func failure(_ problem: String) -> FileError { FileError(path: file, problem: problem) }
        guard data.count >= 8 else {
            throw failure("is no safetensors file: it has \(data.count) bytes, the header's length alone takes 8")
        }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[data.startIndex + $1]) << (8 * UInt64($1)) }
        guard length <= UInt64(data.count - 8) else {
            throw failure(
                "the header promises \(length) bytes, the file ends after \(data.count - 8); it is no safetensors file or "
                    + "was cut short")
        }
        guard length <= UInt64(SafeTensorsHeader.largestLength) else {
            throw failure("the header has \(length) bytes, more than the format's \(SafeTensorsHeader.largestLength)")
        }
        let start = data.startIndex + 8 + Int(length)
        let header: SafeTensorsHeader
        do {
            header = try SafeTensorsHeader(data[(data.startIndex + 8)..<start])
        } catch {
            throw failure(
                "the header is not the JSON object that a safetensors file begins with: at byte \(8 + error.offset) it "
                    + error.words)
        }
        metadata = header.metadata
        let body = data[start...]
        var end = 0
        let ordered = header.entries.sorted {
            ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound)
        }
        for entry in ordered {
            let name = entry.name
            guard let count = ClaimedShape.count(entry.shape) else {
                throw failure("\"\(name)\" has the impossible shape \(entry.shape)")
            }
            let type = StoredNumber(rawValue: entry.type)
            guard type == nil || type!.size * count == entry.place.count else {
                throw failure(
                    "\"\(name)\" of shape \(entry.shape) does not fill its place "
                        + "\([entry.place.lowerBound, entry.place.upperBound])")
            }
            guard entry.place.upperBound <= body.count else {
                throw failure(
                    "\"\(name)\" ends at byte \(entry.place.upperBound), the file after \(body.count); it was probably cut "
                        + "short")
            }
            guard entry.place.lowerBound >= end else { throw failure("\"\(name)\" overlaps another tensor") }
            guard entry.place.lowerBound == end else {
                throw failure(
                    "\"\(name)\" begins at byte \(entry.place.lowerBound), the tensor before it ends at \(end)")
            }
            end = entry.place.upperBound
            let bytes = body[(start + entry.place.lowerBound)..<(start + entry.place.upperBound)]
            tensors.append(Place(entry: entry, type: type, count: count, bytes: bytes))
        }
        guard end == body.count else {
            throw failure("has \(body.count - end) bytes after its last tensor; it is damaged, get it again")
        }
    }
}

extension SafeTensors {
    /// Writes the file with the tensors in the order of their names; an old file is replaced atomically.
    ///
    /// - Throws: ``FileError``.
    public func write(to url: URL) throws {
        guard tensors["__metadata__"] == nil else {
            throw FileError(
                path: url.path, problem: "cannot be written: the format reserves the name __metadata__")
        }
        var header: [String: HeaderValue] = metadata.isEmpty ? [:] : ["__metadata__": .words(metadata)]
        var offset = 0
        let ordered = tensors.sorted { $0.key < $1.key }
        for (name, tensor) in ordered {
            let bytes = tensor.count * MemoryLayout<Float>.size
            header[name] = .tensor(shape: tensor.shape, place: [offset, offset + bytes])
            offset += bytes
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = try encoder.encode(header)
        // Spaces align the values to eight bytes.
        text.append(Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
        try AtomicFile.write(to: url) { file in
            var length = UInt64(text.count).littleEndian
            try file.write(contentsOf: withUnsafeBytes(of: &length) { Data($0) })
            try file.write(contentsOf: text)
            for (_, tensor) in ordered {
                try tensor.withUnsafeElements { try file.write(contentsOf: Data(buffer: $0)) }
            }
        }
    }
}

/// One value of the header: a tensor's byte range, or the file's metadata.
private enum HeaderValue: Encodable {
    case tensor(shape: [Int], place: [Int])
    case words([String: String])

    private enum CodingKeys: String, CodingKey {
        case dtype, shape
        case place = "data_offsets"
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .tensor(let shape, let place):
            var entry = encoder.container(keyedBy: CodingKeys.self)
            try entry.encode("F32", forKey: .dtype)
            try entry.encode(shape, forKey: .shape)
            try entry.encode(place, forKey: .place)
        case .words(let words): try words.encode(to: encoder)
        }
    }
}
