import Foundation

extension SafeTensors {
    /// Writes the file, in the order of the names; an old one is replaced as a whole.
    ///
    /// - Throws: ``FileError``.
    public func write(to url: URL) throws {
        var header: [String: HeaderValue] = metadata.isEmpty ? [:] : ["__metadata__": .words(metadata)]
        var offset = 0
        let ordered = tensors.sorted { $0.key < $1.key }
        for (name, tensor) in ordered {
            let bytes = tensor.count * MemoryLayout<Float>.size
            header[name] = .tensor(
                TensorEntry(dtype: "F32", shape: tensor.shape, data_offsets: [offset, offset + bytes]))
            offset += bytes
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = try encoder.encode(header)
        // Blanks bring the numbers to a multiple of eight bytes.
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

/// One value of the header: a tensor's place, or the words about the file.
enum HeaderValue: Codable {
    case tensor(TensorEntry)
    case words([String: String])

    init(from decoder: any Decoder) throws {
        if let entry = try? TensorEntry(from: decoder) {
            self = .tensor(entry)
        } else {
            self = .words(try [String: String](from: decoder))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .tensor(let entry): try entry.encode(to: encoder)
        case .words(let words): try words.encode(to: encoder)
        }
    }
}

/// A tensor's line in the header, under the format's own names.
struct TensorEntry: Codable {
    let dtype: String
    let shape: [Int]
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let data_offsets: [Int]
}
