import Foundation
import Gradus
import GradusData
import GradusVision
import Testing

/// Folders of images as sets to learn from and to evaluate by.
@Suite struct ImageFolderSplitTests {
    private let small = ImagePreprocessing(height: 8, width: 8)

    private func fill(_ folder: String, _ counts: [String: Int]) throws {
        for (name, count) in counts {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            for index in 0..<count {
                let level = UInt8(name.utf8.reduce(0) { ($0 + Int($1)) % 200 } + index)
                try Image(width: 12, height: 9, channels: 3, filledWith: level).write(
                    to: "\(folder)/\(name)/\(index).png")
            }
        }
    }

    private func counts(_ images: LabeledImages) -> [Int] {
        (0..<images.classNames.count).map { number in
            (0..<images.count).filter { images.label($0) == number }.count
        }
    }

    @Test func aShareOfEachClassIsHeldOut() throws {
        try withTemporaryFolder { folder in
            try fill(folder, ["bird": 20, "ant": 10, "cow": 2])
            let set = try ImageFolder(folder).split(small)
            #expect(set.training.classNames == ["ant", "bird", "cow"])
            #expect(counts(set.training) == [8, 16, 1] && counts(set.test) == [2, 4, 1])
            // Every image is in one part and in one only: pixels differ within a class.
            let pixels = [set.training, set.test].flatMap { part in
                (0..<part.count).map { "\(part.label($0)) \(part.pixels($0)[0])" }
            }
            #expect(Set(pixels).count == 32)
            let again = try ImageFolder(folder).split(small)
            #expect(again.test.indices == set.test.indices)
            #expect(try ImageFolder(folder).split(small, seed: 2).test.indices != set.test.indices)
            #expect(try counts(ImageFolder(folder).split(small, heldOut: 0.5).test) == [5, 10, 1])
        }
    }

    @Test func partsKeepTheNumbersOfTheirClasses() throws {
        try withTemporaryFolder { folder in
            try fill("\(folder)/train", ["a": 3, "b": 4, "c": 5])
            try fill("\(folder)/val", ["b": 2, "c": 1])
            let set = try ImageFolder(folder).split(small)
            #expect(counts(set.training) == [3, 4, 5] && counts(set.test) == [0, 2, 1])
            #expect(set.division == "train and val" && set.test.classNames == ["a", "b", "c"])
            #expect(set.test.pixels(0)[0] == 98 && set.test.label(0) == 1)
        }
    }

    /// Transparency is laid on white, sixteen bits become eight, and what is damaged is named.
    @Test func everyKindOfImageIsReadOrNamed() throws {
        try withTemporaryFolder { folder in
            try fill(folder, ["a": 3, "b": 3])
            let clear = PNGBuilder(width: 9, height: 12, colorType: 6, depth: 16).bytes { $2 == 3 ? $0 * $1 * 0 : 9 }
            try Data(clear).write(to: URL(fileURLWithPath: "\(folder)/a/clear.png"))
            let deep = PNGBuilder(width: 9, height: 12, colorType: 0, depth: 16).bytes { ($0 + $1) * 0 + $2 + 0x8080 }
            try Data(deep).write(to: URL(fileURLWithPath: "\(folder)/b/deep.png"))
            let whole = try pattern(60, 60, 3).jpegBytes()
            try Data(whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: "\(folder)/b/half.jpg"))
            let set = try ImageFolder(folder).split(small)
            #expect(counts(set.training) == [3, 3] && counts(set.test) == [1, 1])
            #expect(set.leftOut.count == 1 && set.leftOut[0].contains("b/half.jpg"))
            let all = [set.training, set.test].flatMap { part in (0..<part.count).map { part.pixels($0) } }
            #expect(all.contains(Array(repeating: 255, count: 192)) && all.contains(Array(repeating: 128, count: 192)))
        }
    }

    @Test(arguments: [
        (["a": 5], "of one class only, \"a\""), (["a": 5, "b": 1], "holds 1 usable image, expected 2"),
        (["train/a": 3, "train/b": 2, "test/z": 1], "has the class \"z\", which train lacks"),
        (["train/a": 3, "test/a": 1], "of one class only"), ([:], "holds no images"),
    ])
    func whatCannotBeLearnedIsRefused(_ folders: [String: Int], _ message: String) throws {
        try withTemporaryFolder { folder in
            try fill(folder, folders)
            let error = #expect(throws: FileError.self) { try ImageFolder(folder).split(small) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }
}
