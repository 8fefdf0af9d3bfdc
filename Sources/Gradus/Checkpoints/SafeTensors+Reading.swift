import Foundation

extension SafeTensors {
    /// Reads a file; everything that its header says is checked against what the file holds.
    ///
    /// - Throws: ``FileError`` when it cannot be read, or an error that says what in it is wrong.
    public init(contentsOf url: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw FileError(path: url.path, reason: "cannot be read; does the file exist?")
        }
        try self.init(data, name: url.path)
    }

    /// The contents of a file in memory; `name` appears in errors.
    init(_ data: Data, name: String) throws {
        func failure(_ problem: String) -> SafeTensorsError { SafeTensorsError(file: name, problem: problem) }
        guard data.count >= 8 else {
            throw failure("is no safetensors file: it has \(data.count) bytes, the header's length alone takes 8")
        }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[data.startIndex + $1]) << (8 * UInt64($1)) }
        guard length <= UInt64(data.count - 8) else {
            throw failure(
                "the header promises \(length) bytes, the file ends after \(data.count - 8); it is no safetensors file or "
                    + "was cut short")
        }
        let start = data.startIndex + 8 + Int(length)
        guard
            let header = try? JSONDecoder().decode(
                [String: HeaderValue].self, from: data[(data.startIndex + 8)..<start])
        else { throw failure("the header is not the JSON object that a safetensors file begins with") }

        self.init()
        // Tensors lie side by side: were they allowed to overlap, a small file could ask for any amount of memory.
        var unclaimed = data.count - 8 - Int(length)
        for (key, value) in header.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .words(let words): metadata = words
            case .tensor(let entry):
                tensors[key] = try tensor(entry, key, data[start...], &unclaimed) { failure($0) }
            }
        }
    }
}

/// The numbers of one tensor as `Float`.
private func tensor(
    _ entry: TensorEntry, _ name: String, _ body: Data, _ unclaimed: inout Int,
    _ failure: (String) -> SafeTensorsError
) throws -> Tensor<Float> {
    guard let type = StoredNumber(rawValue: entry.dtype) else {
        throw failure("\"\(name)\" has elements of type \(entry.dtype); known are \(StoredNumber.names)")
    }
    guard
        let count = entry.shape.reduce(
            Int?(1),
            { product, length in
                guard let product, length >= 0 else { return nil }
                let (next, overflow) = product.multipliedReportingOverflow(by: length)
                return overflow ? nil : next
            })
    else { throw failure("\"\(name)\" has the impossible shape \(entry.shape)") }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard entry.data_offsets.count == 2, !overflow, entry.data_offsets[0] >= 0,
        entry.data_offsets[0] <= entry.data_offsets[1], entry.data_offsets[1] - entry.data_offsets[0] == bytes
    else {
        throw failure("\"\(name)\" of shape \(entry.shape) does not fill its place \(entry.data_offsets)")
    }
    guard entry.data_offsets[1] <= body.count else {
        throw failure(
            "\"\(name)\" ends at byte \(entry.data_offsets[1]), the file after \(body.count); it was probably cut short"
        )
    }
    guard bytes <= unclaimed else {
        throw failure("\"\(name)\" lies on top of another tensor; all of them together are larger than the file")
    }
    unclaimed -= bytes
    let place = body[(body.startIndex + entry.data_offsets[0])..<(body.startIndex + entry.data_offsets[1])]
    return .computed(entry.shape) { out in place.withUnsafeBytes { type.convert($0, into: out, count) } }
}
