import CLibZip
import Foundation
import Gradus

/// PyTorch's format since 1.6: a zip archive with a pickle, `NAME/data.pkl`, and the numbers of each storage, `NAME/data/KEY`, not
/// compressed.
enum TorchArchive {
    static func read(_ data: Data, _ file: String) throws -> TorchContents {
        try data.withUnsafeBytes { bytes in
            let archive = try Archive(bytes, file)
            defer { archive.close() }
            guard let pickle = archive.names.first(where: { $0.hasSuffix("/data.pkl") || $0 == "data.pkl" }) else {
                let what = archive.names.contains { $0.hasSuffix("constants.pkl") } ? "; it looks like TorchScript" : ""
                throw FileError(path: file, problem: "has no entry data.pkl, so it is no file of torch.save\(what)")
            }
            let root = String(pickle.dropLast("data.pkl".count))
            if archive.names.contains(root + "byteorder"),
                try archive.contents(of: root + "byteorder") == Data("big".utf8)
            {
                throw FileError(
                    path: file, problem: "holds numbers with the highest byte first; save it again on another machine")
            }
            var reader = PickleReader(try archive.contents(of: pickle), file: file, part: "of \(pickle): the pickle")
            let object = try reader.next()
            let weights = try StateDictionary.tensors(in: object, reader.objects, file)
            var storages: [String: Data] = [:]
            for key in weights.map(\.view.storage.key) where storages[key] == nil {
                storages[key] = try archive.contents(of: "\(root)data/\(key)")
            }
            return TorchContents(weights: weights, storages: storages)
        }
    }
}

/// A zip archive in memory.
private final class Archive {
    private let archive: OpaquePointer
    private let file: String
    let names: [String]
    /// The bytes that may still be read: overlapping entries would let a small file claim any amount.
    private var allowance: Int

    init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws {
        var error = zip_error_t()
        guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error),
            let opened = zip_open_from_source(source, ZIP_RDONLY, &error)
        else {
            throw FileError(
                path: file,
                problem:
                    "is a damaged zip archive (\(String(cString: zip_error_strerror(&error)))); it was probably cut short"
            )
        }
        archive = opened
        self.file = file
        allowance = bytes.count
        names = (0..<max(0, zip_get_num_entries(opened, 0))).map { index in
            zip_get_name(opened, UInt64(index), zip_flags_t(ZIP_FL_ENC_GUESS)).map { String(cString: $0) } ?? ""
        }
    }

    func close() { zip_discard(archive) }

    func contents(of name: String) throws -> Data {
        func failure(_ problem: String) -> FileError { FileError(path: file, problem: "\(name) \(problem)") }
        var status = zip_stat_t()
        guard zip_stat(archive, name, 0, &status) == 0 else { throw failure("is missing in the archive") }
        guard status.comp_method == ZIP_CM_STORE, status.encryption_method == ZIP_EM_NONE else {
            throw failure("is compressed or encrypted, as torch.save writes no file; pack the archive again without")
        }
        guard status.size <= UInt64(allowance) else {
            throw failure("claims \(status.size) bytes, more than the file has left; it was probably cut short")
        }
        allowance -= Int(status.size)
        guard let entry = zip_fopen_index(archive, status.index, 0) else { throw failure("cannot be opened") }
        defer { zip_fclose(entry) }
        var contents = Data(count: Int(status.size))
        let got = contents.withUnsafeMutableBytes {
            $0.isEmpty ? 0 : zip_fread(entry, $0.baseAddress, UInt64($0.count))
        }
        guard got == Int64(contents.count) else {
            throw failure(
                "cannot be read (\(String(cString: zip_file_strerror(entry)))); the file is damaged or was cut short")
        }
        // Reading on to the end lets libzip compare the checksum.
        var one: UInt8 = 0
        guard zip_fread(entry, &one, 1) == 0 else { throw failure("is damaged: its checksum does not fit") }
        return contents
    }
}
