import CZlib
import Foundation
import Gradus
import GradusData
import Testing

@Suite struct CIFAR10Tests {
    /// Records whose pixel values follow from class, plane and place.
    private func records(_ labels: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in labels {
            bytes.append(label)
            for place in 0..<3072 {
                let value = Int(label) * 31 + place / 1024 * 100 + place % 1024
                bytes.append(UInt8(truncatingIfNeeded: value))
            }
        }
        return bytes
    }

    private func withFolder(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "gradus-cifar-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, bytes) in files {
            if name.hasSuffix(".gz") {
                let handle = gzopen("\(folder)/\(name)", "wb")
                #expect(gzwrite(handle, bytes, UInt32(bytes.count)) == bytes.count)
                gzclose(handle)
            } else {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
        }
        try body(folder)
    }

    @Test func theOfficialFilesAreRead() throws {
        try withFolder([
            "data_batch_1.bin": records([3, 0]), "data_batch_2.bin": records([9]), "test_batch.bin": records([5, 6]),
            "batches.meta.txt": Array("airplane\n".utf8), "readme.html": [1],
        ]) { folder in
            let set = try CIFAR10(folder)
            #expect(set.training.count == 3 && set.test.count == 2 && set.training.imageShape == [32, 32, 3])
            #expect((0..<3).map(set.training.label) == [3, 0, 9] && set.test.classNames[5] == "dog")
            // Pixel 40 of the second plane is the green of row 1, column 8.
            let pixels = set.training.pixels(2)
            #expect(Array(pixels[120..<123]) == [63, 163, 7])
        }
    }

    @Test func compressedPartsAreRead() throws {
        try withFolder(["train_10000.bin.gz": records([1, 2, 3, 4]), "test_2000.bin.gz": records([8])]) { folder in
            let set = try CIFAR10(folder)
            #expect(set.training.count == 4 && set.test.label(0) == 8)
        }
    }

    @Test func damageIsNamed() throws {
        let whole = records([1, 2])
        for (bytes, words) in [
            (Array(whole.prefix(4000)), "ends 927 bytes into record 1"), ([], "holds no images"),
            (records([1, 10]), "record 1 begins with class 10"),
        ] {
            try withFolder(["data_batch_1.bin": bytes, "test_batch.bin": whole]) { folder in
                let error = #expect(throws: FileError.self) { try CIFAR10(folder) }
                #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            }
        }
        try withFolder(["data_batch_1.bin": whole]) { folder in
            let error = #expect(throws: FileError.self) { try CIFAR10(folder) }
            #expect(error?.description.contains("is missing") == true)
        }
        #expect(throws: MissingData.self) { try CIFAR10("/nowhere") }
    }

    @Test func aCutArchiveIsNoticed() throws {
        try withFolder(["train_10000.bin.gz": records([1, 2, 3]), "test_2000.bin.gz": records([8])]) { folder in
            let path = "\(folder)/train_10000.bin.gz"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for length in stride(from: 20, to: bytes.count - 8, by: 97) {
                try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(throws: FileError.self) { try CIFAR10(folder) }
            }
        }
    }
}
