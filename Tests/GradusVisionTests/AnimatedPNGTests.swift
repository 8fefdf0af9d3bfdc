import Foundation
import GradusEvaluation
import GradusVision
import Testing

@Suite struct AnimatedPNGTests {
    /// The chunks of a file, by walking them with the tests' own arithmetic.
    private func chunks(_ file: [UInt8]) throws -> [(type: String, body: [UInt8])] {
        var found: [(type: String, body: [UInt8])] = []
        var offset = 8
        while offset < file.count {
            let length = file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
            let typed = Array(file[(offset + 4)..<(offset + 8 + length)])
            let sum = Array(file[(offset + 8 + length)..<(offset + 12 + length)])
            try #require(bigEndian(Int(crc32(typed))) == sum)
            found.append((String(decoding: typed.prefix(4), as: UTF8.self), Array(typed.dropFirst(4))))
            offset += length + 12
        }
        return found
    }

    @Test(arguments: [[1, 1, 1], [3, 1, 3]]) func eachFrameIsTheImageThatWentIn(_ channels: [Int]) throws {
        let frames = channels.enumerated().map { index, channels in
            let image = pattern(21, 14, channels)
            return index == 1 ? image.inverted() : image
        }
        let film = try AnimatedPNG(frames, secondsPerFrame: 0.25, lastSeconds: 2, plays: 3).bytes()
        let parts = try chunks(film)
        #expect(parts.filter { $0.type == "acTL" }.map(\.body) == [bigEndian(3) + bigEndian(3)])
        let controls = parts.filter { $0.type == "fcTL" }.map(\.body)
        #expect(controls.map { Array($0[20..<24]) } == [[0, 250, 3, 232], [0, 250, 3, 232], [7, 208, 3, 232]])
        // The numbers of fcTL and fdAT rise by one from 0.
        let sequence = parts.filter { ["fcTL", "fdAT"].contains($0.type) }.map { Array($0.body.prefix(4)) }
        #expect(sequence == (0..<sequence.count).map(bigEndian))

        // A frame with its chunks renamed to those of a still image is that image.
        let header = try #require(parts.first { $0.type == "IHDR" })
        var current = -1
        var data: [[UInt8]] = []
        for part in parts {
            if part.type == "fcTL" {
                current += 1
                data.append([])
            }
            if part.type == "IDAT" { data[current] += chunk("IDAT", part.body) }
            if part.type == "fdAT" { data[current] += chunk("IDAT", Array(part.body.dropFirst(4))) }
        }
        for (frame, bytes) in zip(frames, data) {
            let still = Array(film.prefix(8)) + chunk("IHDR", header.body) + bytes + chunk("IEND", [])
            #expect(try Image(png: still) == (channels.contains(3) ? frame.color() : frame))
        }
        // A reader that knows nothing of films sees the first one.
        #expect(try Image(png: film) == (channels.contains(3) ? frames[0].color() : frames[0]))
    }

    @Test func aFilmIsWrittenToAFile() throws {
        try withTemporaryFolder { folder in
            try AnimatedPNG([pattern(4, 4, 1), pattern(4, 4, 1)]).write(to: folder + "/film.png")
            #expect(try Image(contentsOf: folder + "/film.png") == pattern(4, 4, 1))
            #expect(fileError { try AnimatedPNG([pattern(4, 4, 1)]).write(to: folder + "/none/film.png") } != nil)
        }
    }
}
