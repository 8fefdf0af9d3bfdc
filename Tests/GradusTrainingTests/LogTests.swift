import Foundation
import Gradus
@testable import GradusTraining
import Testing

@Suite struct LogTests {
    @Test func linesAreJSONAndContinueWhereACheckpointWas() throws {
        try withFolder { folder in
            let url = folder.appendingPathComponent("log.jsonl")
            let log = EventLog(url)
            try log.write(
                "start", ["text": "a \"b\"\n\u{1}", "n": 3, "x": .number(0.5), "nan": .number(.nan), "l": .list([1])])
            let kept = log.length
            try log.write("lost", ["n": 1])
            let again = EventLog(url, keepingBytes: kept)
            try again.write("next")
            let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2 && lines[1] == #"{"event": "next"}"#)
            let first = try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
            #expect(first["text"] as? String == "a \"b\"\n\u{1}" && first["n"] as? Int == 3 && first["nan"] is NSNull)
        }
    }

    @Test func checksumsAreThoseOfRFC3720() {
        #expect(crc32c(Data(repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(crc32c(Data(repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(crc32c(Data(0..<32)) == 0x46dd_794e)
    }

    /// The frame of "abc" as the tensorboard package's RecordWriter writes it.
    @Test func framesAreTensorFlows() {
        let frame: [UInt8] =
            [3, 0, 0, 0, 0, 0, 0, 0, 0xb0, 0x99, 0x49, 0x0e] + Array("abc".utf8) + [0x6e, 0x57, 0xf1, 0x21]
        #expect(Array(recordFrame(Data("abc".utf8))) == frame)
    }

    @Test func eventFilesAreWholeRecords() throws {
        try withFolder { folder in
            let writer = TensorBoardWriter(folder: folder, from: 3, now: Date(timeIntervalSince1970: 1))
            try writer.scalar("loss", 0.25, step: 7, now: Date(timeIntervalSince1970: 2))
            let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            var (at, records) = (0, [Data]())
            while at < data.count {
                let length = (0..<8).reduce(0) { $0 | Int(data[at + $1]) << (8 * $1) }
                let record = data[(at + 12)..<(at + 12 + length)]
                #expect(recordFrame(Data(record)) == data[at..<(at + 16 + length)])
                records.append(Data(record))
                at += 16 + length
            }
            // wall_time = 2.0, step = 7, summary { value { tag: "loss", simple_value: 0.25 } }
            let expected: [UInt8] =
                [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 7, 0x2a, 13, 0x0a, 11, 0x0a, 4] + Array("loss".utf8)
                + [0x15, 0, 0, 0x80, 0x3e]
            // wall_time = 1.0, step = 3, session_log { status: START }: what older files say from step 3 on is dropped.
            let start: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 3, 0x3a, 2, 0x08, 1]
            #expect(records.count == 3 && Array(records[1]) == start && Array(records[2]) == expected)
            #expect(writer.path == folder.appendingPathComponent(name).path)
        }
    }

    @Test func progressFitsTheTerminalAndCountsDown() {
        final class Screen { var text = "", time = 0.0 }
        let screen = Screen()
        let line = ProgressLine(isTerminal: true, width: { 40 }, clock: { screen.time }) { screen.text += $0 }
        for batch in 1...4 {
            screen.time += 1
            line.show(.init(epoch: 1, epochs: 2, batch: batch, batches: 4, batchSize: 10, figures: [("loss", 0.5)]))
        }
        let shown = screen.text.components(separatedBy: "\r\u{1B}[K").dropFirst()
        #expect(shown.count == 4 && shown.allSatisfy { $0.count < 40 && !$0.contains("\n") })

        let plain = Screen()
        let lines = ProgressLine(isTerminal: false, width: { 40 }, clock: { plain.time }) { plain.text += $0 }
        for batch in 1...100 {
            plain.time += 1
            lines.show(.init(epoch: 1, epochs: 1, batch: batch, batches: 100, batchSize: 10, figures: [("loss", 0.5)]))
        }
        let printed = plain.text.split(separator: "\n")
        #expect(printed.count == 11)
        #expect(printed[5] == "epoch 1/1  batch 50/100  loss 0.5000  10/s  50 s left")
    }

    @Test func durations() {
        #expect(
            [0.4, 59, 61, 3599, 7800, .infinity].map(durationText) == [
                "0 s", "59 s", "1 min 01 s", "59 min 59 s", "2 h 10 min", "?",
            ])
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("gradus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}
