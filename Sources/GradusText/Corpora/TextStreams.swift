import Gradus

/// Part of a text as a network reads it: inputs, and the tokens to predict.
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

/// A text split into B streams that are read in parallel, S steps at a time (as in char-rnn).
///
/// Each stream is one contiguous part of the text. Row b of a batch continues row b of the batch before, so that a recurrent
/// state can be carried over. The rest of the text, less than a batch, is not used.
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
    /// - Parameter least: the required number of batches.
    /// - Throws: ``TextTooShort`` when the text has fewer.
    /// - Traps: when a size is not positive.
    public init(_ tokens: [Int32], streams: Int, steps: Int, atLeast least: Int = 1) throws {
        check(streams > 0 && steps > 0, "TextStreams: \(streams) streams of \(steps) steps")
        // The last target needs one more token.
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

    /// Each stream's tokens of this part and the token after them.
    public var rows: [ArraySlice<Int32>] {
        (0..<streams).map { stream in
            let start = stream * wholeLength + part.lowerBound * steps
            return tokens[start...(start + count * steps)]
        }
    }

    /// The first batches for training, the last ones of every stream held out.
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

    /// The same batches; iteration starts at the given one.
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

/// A text in two contiguous parts, as most publications split it.
///
/// - Parameter fraction: the share of the second part.
public func contiguousSplit(_ tokens: [Int32], heldOut fraction: Double) -> (training: [Int32], heldOut: [Int32]) {
    let length = Int(Double(tokens.count) * (1 - Swift.min(1, Swift.max(0, fraction))))
    return (Array(tokens[..<length]), Array(tokens[length...]))
}

/// A text that is too short for the requested batches.
public struct TextTooShort: Error, Equatable, CustomStringConvertible {
    /// The number of its tokens.
    public let count: Int
    /// The number of streams.
    public let streams: Int
    /// The steps of a batch.
    public let steps: Int
    /// The required number of batches.
    public let batches: Int

    /// The required number of tokens.
    public var least: Int { streams * steps * batches + 1 }

    /// The number of tokens, and the required one.
    public var description: String {
        let what = batches == 1 ? "a batch" : "\(batches) batches"
        return "the text has \(count) tokens; \(what) of \(streams) streams of \(steps) steps "
            + "need\(batches == 1 ? "s" : "") at least \(least)"
    }
}
