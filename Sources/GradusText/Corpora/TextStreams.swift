import Gradus

/// Part of a text as a network reads it: what it sees, and what it should say.
public struct TextBatch: Sendable {
    /// The tokens, `[B, S]`.
    public let inputs: Tensor<Int32>
    /// The token that follows each, `[B, S]`.
    public let targets: Tensor<Int32>

    /// A batch of the given tensors.
    public init(inputs: Tensor<Int32>, targets: Tensor<Int32>) {
        (self.inputs, self.targets) = (inputs, targets)
    }
}

/// A text cut into B streams that are read side by side, S steps at a time (as in char-rnn).
///
/// Stream b is one long piece of the text. Row b of each batch continues row b of the batch before, so a recurrent state
/// can be carried from one to the next. What is left at the end of the text, less than a batch, is not used.
public struct TextStreams: Sequence, Sendable {
    /// The number B of streams.
    public let streams: Int
    /// The number S of steps in a batch.
    public let steps: Int
    private let tokens: [Int32]
    private let wholeLength: Int
    private let part: Range<Int>
    private var first = 0

    /// The whole text in streams.
    ///
    /// - Parameter least: how many batches are needed.
    /// - Throws: ``TextTooShort`` when it does not fill so many.
    /// - Traps: when a size is not positive.
    public init(_ tokens: [Int32], streams: Int, steps: Int, atLeast least: Int = 1) throws {
        check(streams > 0 && steps > 0, "TextStreams: \(streams) streams of \(steps) steps")
        // The last target needs one token more.
        let batches = (tokens.count - 1) / (streams * steps)
        guard batches >= Swift.max(1, least) else {
            throw TextTooShort(count: tokens.count, streams: streams, steps: steps, batches: Swift.max(1, least))
        }
        (self.tokens, self.streams, self.steps) = (tokens, streams, steps)
        (wholeLength, part) = (batches * steps, 0..<batches)
    }

    private init(_ whole: TextStreams, _ part: Range<Int>, first: Int = 0) {
        (tokens, streams, steps) = (whole.tokens, whole.streams, whole.steps)
        (wholeLength, self.part, self.first) = (whole.wholeLength, part, first)
    }

    /// The number of batches.
    public var count: Int { part.count }

    /// The batch of the given position.
    ///
    /// - Traps: when there is none.
    public subscript(batch: Int) -> TextBatch {
        check(batch >= 0 && batch < count, "TextStreams: batch \(batch) of \(count)")
        func tensor(shiftedBy shift: Int) -> Tensor<Int32> {
            let rows = (0..<streams).flatMap { stream -> ArraySlice<Int32> in
                let start = stream * wholeLength + (part.lowerBound + batch) * steps + shift
                return tokens[start..<(start + steps)]
            }
            return Tensor(rows, shape: [streams, steps])
        }
        return TextBatch(inputs: tensor(shiftedBy: 0), targets: tensor(shiftedBy: 1))
    }

    /// Each stream's tokens of this part, with the one that follows: all that its batches show.
    public var rows: [ArraySlice<Int32>] {
        (0..<streams).map { stream in
            let start = stream * wholeLength + part.lowerBound * steps
            return tokens[start...(start + count * steps)]
        }
    }

    /// The first batches to learn from, the last ones of every stream to judge by.
    ///
    /// - Parameter fraction: the share of the second part; it has at least one batch.
    /// - Throws: ``TextTooShort`` when there are not two batches.
    public func split(heldOut fraction: Double) throws -> (training: TextStreams, heldOut: TextStreams) {
        guard count > 1 else {
            throw TextTooShort(count: tokens.count, streams: streams, steps: steps, batches: 2)
        }
        let training = Swift.min(Swift.max(1, Int(Double(count) * (1 - fraction))), count - 1)
        let middle = part.lowerBound + training
        return (TextStreams(self, part.lowerBound..<middle), TextStreams(self, middle..<part.upperBound))
    }

    /// The same batches; iteration begins at the given one.
    public func from(_ batch: Int) -> TextStreams { TextStreams(self, part, first: batch) }

    /// The batches in order.
    public func makeIterator() -> AnyIterator<TextBatch> {
        var next = first
        return AnyIterator {
            guard next < count else { return nil }
            defer { next += 1 }
            return self[next]
        }
    }
}

/// A text in two parts, one after the other, as most publications split it.
///
/// - Parameter fraction: the share of the second part.
public func contiguousSplit(_ tokens: [Int32], heldOut fraction: Double) -> (training: [Int32], heldOut: [Int32]) {
    let length = Int(Double(tokens.count) * (1 - Swift.min(1, Swift.max(0, fraction))))
    return (Array(tokens[..<length]), Array(tokens[length...]))
}

/// A text that is too short for the batches asked for.
public struct TextTooShort: Error, Equatable, CustomStringConvertible {
    /// The tokens that it has.
    public let count: Int
    /// The number of streams.
    public let streams: Int
    /// The steps of a batch.
    public let steps: Int
    /// How many batches it should fill.
    public let batches: Int

    /// The least that is needed.
    public var least: Int { streams * steps * batches + 1 }

    /// What there is and what is needed.
    public var description: String {
        let what = batches == 1 ? "a batch" : "\(batches) batches"
        return "the text has \(count) tokens; \(what) of \(streams) streams of \(steps) steps "
            + "need\(batches == 1 ? "s" : "") at least \(least)"
    }
}
