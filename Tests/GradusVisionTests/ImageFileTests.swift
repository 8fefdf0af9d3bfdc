import Foundation
import GradusEvaluation
import GradusVision
import Testing

@Suite struct ImageFileTests {
    @Test(arguments: [1, 3]) func aFileRoundTrips(channels: Int) throws {
        try withTemporaryFolder { folder in
            let image = pattern(31, 17, channels)
            try image.write(to: folder + "/round.png")
            #expect(try Image(contentsOf: folder + "/round.png") == image)
            try image.inverted().write(to: folder + "/round.png")
            #expect(try Image(contentsOf: folder + "/round.png") == image.inverted())
            let left = try contents(of: folder)
            #expect(left == ["round.png"])
        }
    }

    /// Noise does not compress; the encoder's room must be enough for it.
    @Test(arguments: [(1, 1), (700, 500), (1, 9000), (9000, 1)]) func noiseRoundTrips(_ width: Int, _ height: Int)
        throws
    {
        var random = SplitMix64(state: 5)
        let samples = (0..<(width * height * 3)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let image = Image(width: width, height: height, channels: 3, pixels: samples)
        #expect(try Image(png: image.pngBytes()) == image)
    }

    @Test func aMissingFolderLeavesNothingBehind() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/missing/image.png"
            let error = fileError { try pattern(4, 4, 3).write(to: path) }
            #expect(error?.kind == .cannotWrite && error?.path == path)
            #expect(error?.description.contains("check that the folder exists") == true)
            let left = try contents(of: folder)
            #expect(left == [])
        }
    }

    /// The target is a folder, so that the rename fails after the temporary file was written.
    @Test func aFailedRenameLeavesNothingBehind() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/taken", withIntermediateDirectories: false)
            #expect(fileError { try pattern(4, 4, 3).write(to: folder + "/taken") }?.kind == .cannotWrite)
            let left = try contents(of: folder)
            #expect(left == ["taken"])
        }
    }

    @Test func aPathWithoutANameIsRefused() {
        #expect(fileError { () throws in try pattern(1, 1, 1).write(to: "") }?.kind == .cannotWrite)
        #expect(fileError { try pattern(1, 1, 1).write(to: "/") }?.kind == .cannotWrite)
    }

    @Test func whatIsNotAFileIsNamed() throws {
        try withTemporaryFolder { folder in
            let missing = fileError { _ = try Image(contentsOf: folder + "/none.png") }
            #expect(missing?.kind == .cannotRead && missing?.description.contains("none.png") == true)
            let directory = fileError { _ = try Image(contentsOf: folder) }
            #expect(directory?.kind == .cannotRead && directory?.description.contains("is a directory") == true)
            let device = fileError { _ = try Image(contentsOf: "/dev/zero") }
            #expect(device?.kind == .cannotRead)
            try Data().write(to: URL(fileURLWithPath: folder + "/empty.png"))
            let empty = fileError { _ = try Image(contentsOf: folder + "/empty.png") }
            #expect(empty?.kind == .truncated && empty?.description.contains("is empty") == true)
        }
    }

    private func contents(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
