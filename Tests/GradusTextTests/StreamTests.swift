import Gradus
import GradusText
import Testing

@Suite struct StreamTests {
    private let text = (0..<103).map { Int32($0) }

    @Test func rowsContinueFromBatchToBatch() throws {
        let streams = try TextStreams(text, streams: 4, steps: 5)
        // 102 tokens have one that follows; 5 batches of 20 fit, so a stream is 25 long.
        #expect(streams.count == 5)
        for (index, batch) in streams.enumerated() {
            #expect(batch.inputs.shape == [4, 5])
            for row in 0..<4 {
                let start = Int32(25 * row + 5 * index)
                #expect(batch.inputs[row].scalars == Array(start..<(start + 5)))
                #expect(batch.targets[row].scalars == Array((start + 1)..<(start + 6)))
            }
        }
        #expect(Array(streams.from(3)).map { $0.inputs } == [streams[3].inputs, streams[4].inputs])
    }

    @Test func theEndOfEveryStreamIsHeldOut() throws {
        let (training, heldOut) = try TextStreams(text, streams: 4, steps: 5).split(heldOut: 0.2)
        #expect(training.count == 4 && heldOut.count == 1)
        #expect(heldOut[0].inputs[2].scalars == [70, 71, 72, 73, 74])
        #expect(heldOut.rows.map(Array.init)[3] == [95, 96, 97, 98, 99, 100])
        let learned = Set(training.rows.flatMap { $0.dropLast() })
        #expect(learned.isDisjoint(with: heldOut.rows.flatMap { $0.dropLast() }))
        #expect(learned.count == 80)
    }

    /// The published sizes of tinyshakespeare: 1,115,394 characters give 423 and 23 batches.
    @Test func batchesAreCountedAsInCharRNN() throws {
        let whole = try TextStreams([Int32](repeating: 0, count: 1_115_394), streams: 50, steps: 50)
        let (training, heldOut) = try whole.split(heldOut: 0.05)
        #expect(whole.count == 446 && training.count == 423 && heldOut.count == 23)
    }

    @Test func aShortTextSaysTheLeastThatIsNeeded() throws {
        #expect(try TextStreams(Array(text[..<21]), streams: 4, steps: 5).count == 1)
        for count in [0, 1, 20] {
            let error = #expect(throws: TextTooShort.self) {
                try TextStreams(Array(text[..<count]), streams: 4, steps: 5)
            }
            #expect(error?.least == 21 && error?.description.contains("needs at least 21") == true)
        }
        let one = try TextStreams(Array(text[..<40]), streams: 4, steps: 5)
        let error = #expect(throws: TextTooShort.self) { try one.split(heldOut: 0.05) }
        #expect(error?.least == 41)
        #expect(try TextStreams(Array(text[..<41]), streams: 4, steps: 5).split(heldOut: 0.05).training.count == 1)
    }

    @Test func aPlainSplitHasOneBorder() {
        let (training, heldOut) = contiguousSplit(text, heldOut: 0.1)
        #expect(training + heldOut == text && training.count == 92)
    }
}
