import Foundation
import Gradus
import GradusData
import Testing

@testable import GradusVision

@Suite struct ImageFolderTests {
    private let small = ImagePreprocessing(height: 8, width: 8)

    /// A folder of twelve good images of all kinds and sizes in two classes, and what must not stop anybody.
    private func withImages(broken: Bool = true, _ body: (String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            for name in ["cats", "dogs", ".hidden"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for index in 0..<10 {
                let image = Image(
                    width: 10 + 7 * index, height: 40 - 3 * index, channels: 3, filledWith: UInt8(10 * index))
                if index % 2 == 0 {
                    try image.writeJPEG(to: "\(folder)/cats/\(index).jpg", quality: 95)
                } else {
                    try image.write(to: "\(folder)/dogs/\(index).png")
                }
            }
            try save(Array("P5 9 9 65535\n".utf8) + Array(repeating: 0x80, count: 162), "\(folder)/cats/sixteen.pgm")
            let alpha = PNGBuilder(width: 9, height: 12, colorType: 6, depth: 16).bytes {
                0 * $0 * $1 + ($2 == 3 ? 0 : 9)
            }
            try save(alpha, "\(folder)/dogs/clear.png")
            try save(Array("notes".utf8), "\(folder)/cats/notes.txt")
            try save(Array("hidden".utf8), "\(folder)/.hidden/x.png")
            guard broken else { return try body(folder) }
            let whole = try pattern(60, 60, 3).jpegBytes()
            try save(Array(whole.prefix(whole.count / 2)), "\(folder)/cats/half.jpg")
            try save([], "\(folder)/dogs/empty.png")
            try save(Array("GIF89a…".utf8), "\(folder)/dogs/film.gif")
            try pattern(1, 1, 3).write(to: "\(folder)/dogs/dot.png")
            try body(folder)
        }
    }

    private func save(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    @Test func everythingUsableIsUsedAndTheRestNamed() throws {
        try withImages { path in
            let folder = try ImageFolder(path)
            #expect(folder.count == 16 && folder.classNames == ["cats", "dogs"])
            let set = try folder.loaded(small)
            #expect(set.count == 12 && set.imageShape == [8, 8, 3])
            #expect((0..<12).map(set.label).reduce(0, +) == 6)
            let reasons = folder.skipped.descriptions
            #expect(reasons.count == 4)
            for (name, words) in [
                ("half.jpg", "cut off"), ("empty.png", "is empty"), ("film.gif", "looks like a GIF"),
                ("dot.png", "1 × 1 pixels"),
            ] {
                #expect(reasons.contains { $0.contains(name) && $0.contains(words) }, "\(name): \(reasons)")
            }
            // Transparent is white; 16 bits are a half gray.
            let values = Set((0..<12).map { set.pixels($0)[0] })
            #expect(values.contains(255) && values.contains(128))
        }
    }

    @Test func batchesKeepTheirSizeAndAreTheSameOnAnyNumberOfThreads() throws {
        try withImages { path in
            let folder = try ImageFolder(path)
            let runs = [1, 2, 5].map { threads in
                Array(folder.batches(of: 5, small, seed: 3, threads: threads, ahead: threads))
            }
            #expect(runs[0].count == 4 && runs[0].map(\.labels.count) == [5, 5, 5, 1])
            for run in runs.dropFirst() {
                #expect(zip(run, runs[0]).allSatisfy { $0.images == $1.images && $0.labels == $1.labels })
            }
            #expect(runs[0][0].images.shape == [5, 8, 8, 3])
            #expect(folder.skipped.count == 4)
            let other = Array(folder.batches(of: 5, small, seed: 4))
            #expect(other[0].images != runs[0][0].images)
        }
    }

    @Test func aPartOfAFolderKeepsClassesAndShares() throws {
        try withImages { path in
            let folder = try ImageFolder(path)
            let dogs = (0..<folder.count).filter { folder.labels[$0] == 1 }
            let part = folder.choosing(dogs.reversed())
            #expect(part.files == dogs.reversed().map { folder.files[$0] } && part.classNames == ["cats", "dogs"])
            #expect(part.labels.allSatisfy { $0 == 1 })
            let set = try part.loaded(small)
            #expect((0..<set.count).allSatisfy { set.label($0) == 1 } && set.count == 6)
            #expect(folder.skipped.count == part.skipped.count && part.skipped.count > 0)
        }
    }

    @Test func aLaterBeginningGivesTheSameBatches() throws {
        try withImages { path in
            let folder = try ImageFolder(path)
            let all = Array(folder.batches(of: 3, small, seed: 1, dropsLast: true))
            #expect(all.count == 5)
            for first in 0...6 {
                let rest = Array(folder.batches(of: 3, small, seed: 1, from: first, dropsLast: true))
                #expect(rest.map(\.labels) == all.dropFirst(first).map(\.labels))
                #expect(zip(rest, all.dropFirst(first)).allSatisfy { $0.images == $1.images })
            }
        }
    }

    @Test func aFolderWithoutImagesIsRefused() throws {
        try withTemporaryFolder { path in
            for (folder, words) in [(path, "holds no images"), (path + "/none", "is not there")] {
                let error = #expect(throws: FileError.self) { try ImageFolder(folder) }
                #expect(error?.problem == words || error?.description.contains(words) == true)
            }
            try save(Array("not an image".utf8), path + "/a.png")
            #expect(throws: FileError.self) { try ImageFolder(path + "/a.png") }
            let folder = try ImageFolder(path)
            let error = #expect(throws: FileError.self) { try folder.loaded(small) }
            #expect(error?.description.contains("none of its 1 images can be used") == true)
            #expect(error?.description.contains("a.png") == true)
            #expect(Array(folder.batches(of: 1, small)).isEmpty)
        }
    }

    @Test func imagesInTheFolderItselfHaveNoClasses() throws {
        try withTemporaryFolder { path in
            try pattern(9, 9, 1).write(to: path + "/a.png")
            try FileManager.default.createDirectory(atPath: path + "/more", withIntermediateDirectories: true)
            try pattern(9, 9, 3).write(to: path + "/more/b.PNG")
            let folder = try ImageFolder(path)
            #expect(folder.files == ["a.png", "more/b.PNG"] && folder.classNames.isEmpty && folder.labels == [0, 0])
        }
    }
}
