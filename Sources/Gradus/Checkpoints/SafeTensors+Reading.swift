import Foundation

extension SafeTensors {
    /// Reads a file; everything that its header says is checked against what the file holds.
    ///
    /// - Throws: ``FileError`` when it cannot be read or something in it is wrong.
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

    /// The tensors of a file in double precision: numbers of type F64 as they are, and integers up to 2⁵³ exactly.
    ///
    /// - Throws: ``FileError`` when it cannot be read, ``FileError`` when something in it is wrong: an integer that no `Double`
    ///   can represent, or an unknown type of elements.
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

/// Where the tensors of a file are stored: contiguously, each in as many bytes as its shape and type need.
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
            guard entry.place.lowerBound >= end else { throw failure("\"\(name)\" lies on top of another tensor") }
            guard entry.place.lowerBound == end else {
                throw failure(
                    "\"\(name)\" begins at byte \(entry.place.lowerBound), the tensor before it ends at \(end)")
            }
            end = entry.place.upperBound
            let bytes = body[(start + entry.place.lowerBound)..<(start + entry.place.upperBound)]
            tensors.append(Place(entry: entry, type: type, count: count, bytes: bytes))
        }
        guard end == body.count else {
            throw failure("goes on for \(body.count - end) bytes behind its last tensor; it is damaged, get it again")
        }
    }
}
