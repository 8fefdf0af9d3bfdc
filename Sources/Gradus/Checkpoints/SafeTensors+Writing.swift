import Foundation

extension SafeTensors {
    /// Writes the file, in the order of the names; an old one is replaced as a whole.
    ///
    /// - Throws: ``FileError``.
    public func write(to url: URL) throws {
        guard tensors["__metadata__"] == nil else {
            throw FileError(
                path: url.path, problem: "cannot be written: the format keeps the name __metadata__ for itself")
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
