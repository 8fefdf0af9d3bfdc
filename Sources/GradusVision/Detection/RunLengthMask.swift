import Foundation
import Gradus

/// A mask of an image as the lengths of its runs, column by column from the top left, as COCO's files have it.
///
/// The first run is of pixels outside of the object, the second of pixels inside, and so on; their sum is height times width.
public struct RunLengthMask: Equatable, Hashable, Sendable {
    /// The height of the image.
    public let height: Int
    /// The width of the image.
    public let width: Int
    /// The lengths of the runs.
    public let counts: [Int]

    /// A mask of the given runs.
    ///
    /// - Returns: nil when a length is negative, or the lengths do not sum to the number of pixels.
    public init?(height: Int, width: Int, counts: [Int]) {
        let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
        guard height >= 0, width >= 0, !overflow, counts.allSatisfy({ $0 >= 0 && $0 <= pixels }),
            counts.reduce(0, +) == pixels
        else { return nil }
        (self.height, self.width, self.counts) = (height, width, counts)
    }

    fileprivate init(checked counts: [Int], height: Int, width: Int) {
        (self.height, self.width, self.counts) = (height, width, counts)
    }

    /// A mask of the pixels that are true, `[H, W]`.
    ///
    /// - Traps: when the tensor has another rank.
    public init(_ mask: Tensor<Bool>) {
        check(mask.rank == 2, "RunLengthMask: expected a mask [H, W], got \(mask.shape)")
        let (height, width) = (mask.shape[0], mask.shape[1])
        let pixels = mask.scalars
        self.init(height: height, width: width) { pixels[$0 * width + $1] }
    }

    /// A mask of the pixels of which `isInside` is true.
    public init(height: Int, width: Int, _ isInside: (_ row: Int, _ column: Int) -> Bool) {
        var (counts, length, value) = ([Int](), 0, false)
        for column in 0..<width {
            for row in 0..<height {
                if isInside(row, column) != value {
                    counts.append(length)
                    (length, value) = (0, !value)
                }
                length += 1
            }
        }
        self.init(checked: counts + [length], height: height, width: width)
    }

    /// The mask as a tensor `[H, W]`.
    public var tensor: Tensor<Bool> {
        var pixels = [Bool](repeating: false, count: height * width)
        forEachRun { start, end in
            for position in start..<end { pixels[position % height * width + position / height] = true }
        }
        return Tensor(pixels, shape: [height, width])
    }

    /// Calls `body` with the first and the end position of each run inside, column by column.
    private func forEachRun(_ body: (_ start: Int, _ end: Int) -> Void) {
        var position = 0
        for (index, length) in counts.enumerated() {
            if index % 2 == 1 && length > 0 { body(position, position + length) }
            position += length
        }
    }

    /// The number of pixels inside.
    public var area: Int { counts.indices.reduce(0) { $1 % 2 == 1 ? $0 + counts[$1] : $0 } }

    /// The smallest box around the pixels inside; nil for a mask without any.
    public var box: Box? {
        var (left, right, top, bottom) = (Int.max, -1, Int.max, -1)
        forEachRun { start, end in
            let (first, last) = (start / height, (end - 1) / height)
            (left, right) = (min(left, first), max(right, last))
            // A run over more than one column reaches its bottom and the next one's top.
            (top, bottom) = (
                min(top, first == last ? start % height : 0),
                max(bottom, first == last ? (end - 1) % height : height - 1)
            )
        }
        return right < 0 ? nil : Box(Float(left), Float(top), Float(right + 1), Float(bottom + 1))
    }

    /// The number of pixels inside both masks.
    ///
    /// - Traps: when the images have different sizes.
    public func intersection(with other: RunLengthMask) -> Int {
        check(
            height == other.height && width == other.width,
            "RunLengthMask: masks of \(height) × \(width) and \(other.height) × \(other.width) pixels")
        var (a, b) = (0, 0)
        var (restA, restB) = (counts.first ?? 0, other.counts.first ?? 0)
        var shared = 0
        while a < counts.count && b < other.counts.count {
            let length = min(restA, restB)
            if a % 2 == 1 && b % 2 == 1 { shared += length }
            (restA, restB) = (restA - length, restB - length)
            if restA == 0 {
                a += 1
                restA = a < counts.count ? counts[a] : 0
            }
            if restB == 0 {
                b += 1
                restB = b < other.counts.count ? other.counts[b] : 0
            }
        }
        return shared
    }

    /// Intersection over union; over the area of this mask where `other` is a crowd, as COCO counts it.
    public func iou(_ other: RunLengthMask, isCrowd: Bool = false) -> Double {
        let shared = intersection(with: other)
        guard shared > 0 else { return 0 }
        return Double(shared) / Double(isCrowd ? area : area + other.area - shared)
    }

    /// The pixels inside one of the masks.
    ///
    /// - Traps: when there is no mask, or the images have different sizes.
    public static func union(_ masks: [RunLengthMask]) -> RunLengthMask {
        combined(masks) { $0 || $1 }
    }

    /// The pixels inside this mask and outside of the other.
    public func subtracting(_ other: RunLengthMask) -> RunLengthMask { Self.combined([self, other]) { $0 && !$1 } }

    private static func combined(_ masks: [RunLengthMask], _ rule: (Bool, Bool) -> Bool) -> RunLengthMask {
        guard let first = masks.first else { stop("RunLengthMask: no masks to combine") }
        return masks.dropFirst().reduce(first) { a, b in
            check(
                a.height == b.height && a.width == b.width,
                "RunLengthMask: masks of \(a.height) × \(a.width) and \(b.height) × \(b.width) pixels")
            // Between two borders of either mask the result has one value.
            let ends = Set(a.borders + b.borders).sorted()
            var (runsA, runsB) = (RunReader(a.counts), RunReader(b.counts))
            var (counts, length, value, start) = ([Int](), 0, false, 0)
            for end in ends {
                let next = rule(runsA.value(at: start), runsB.value(at: start))
                if next != value {
                    counts.append(length)
                    (length, value) = (0, next)
                }
                length += end - start
                start = end
            }
            return RunLengthMask(checked: counts + [length], height: a.height, width: a.width)
        }
    }

    /// The ends of the runs that are not empty.
    private var borders: [Int] {
        var position = 0
        return counts.compactMap { length in
            position += length
            return length > 0 ? position : nil
        }
    }
}

/// Reads a mask's value at growing positions.
private struct RunReader {
    private let counts: [Int]
    private var index = 0
    private var end: Int

    init(_ counts: [Int]) { (self.counts, end) = (counts, counts.first ?? 0) }

    mutating func value(at position: Int) -> Bool {
        while position >= end && index + 1 < counts.count {
            index += 1
            end += counts[index]
        }
        return index % 2 == 1
    }
}

/// COCO's text for the runs: numbers in groups of five bits, each from the third on as the difference to the one two before it.
extension RunLengthMask {
    /// The text.
    public var text: String {
        var bytes: [UInt8] = []
        for (index, count) in counts.enumerated() {
            var rest = index > 2 ? count - counts[index - 2] : count
            var isMore = true
            while isMore {
                var group = UInt8(rest & 0x1f)
                rest >>= 5
                // The fifth bit is the sign of all higher ones.
                isMore = group & 0x10 != 0 ? rest != -1 : rest != 0
                if isMore { group |= 0x20 }
                bytes.append(group + 48)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The mask of such a text.
    ///
    /// - Returns: nil for a text that is none, or runs that do not fill the image.
    public init?(height: Int, width: Int, text: String) {
        var (counts, bytes) = ([Int](), text.utf8.makeIterator())
        var byte = bytes.next()
        while byte != nil {
            var (number, shift, isMore) = (0, 0, true)
            while isMore {
                guard let value = byte, (48..<112).contains(value), shift < 60 else { return nil }
                let group = Int(value) - 48
                number |= (group & 0x1f) << shift
                isMore = group & 0x20 != 0
                shift += 5
                if !isMore && group & 0x10 != 0 { number |= -1 << shift }
                byte = bytes.next()
            }
            let before = counts.count > 2 ? counts[counts.count - 2] : 0
            let (count, overflow) = number.addingReportingOverflow(before)
            guard !overflow else { return nil }
            counts.append(count)
        }
        self.init(height: height, width: width, counts: counts)
    }
}

extension RunLengthMask {
    /// The pixels inside a polygon, by the rule of COCO's tools: the outline is drawn on a grid five times as fine, and a pixel
    /// is inside where its middle is.
    ///
    /// - Parameter points: the corners, at least three.
    /// - Returns: nil for fewer corners, or one that is not finite or far outside of the image.
    public init?(height: Int, width: Int, polygon points: [(x: Double, y: Double)]) {
        let limit = 16 * Double(max(height, width) + 1)
        guard points.count >= 3, points.allSatisfy({ abs($0.x) <= limit && abs($0.y) <= limit }) else { return nil }
        let fine = points.map { (x: Int(5 * $0.x + 0.5), y: Int(5 * $0.y + 0.5)) }
        var outline: [(x: Int, y: Int)] = []
        for (index, start) in fine.enumerated() {
            outline += Self.line(from: start, to: fine[(index + 1) % fine.count])
        }
        // Where the outline passes the middle of a column of pixels, inside and outside change.
        var borders: [Int] = []
        for (before, point) in zip(outline, outline.dropFirst()) where point.x != before.x {
            let edge = point.x < before.x ? point.x : point.x - 1
            let x = (Double(edge) + 0.5) / 5 - 0.5
            guard x == x.rounded(), x >= 0, x <= Double(width - 1) else { continue }
            let y = (Double(min(point.y, before.y)) + 0.5) / 5 - 0.5
            borders.append(Int(x) * height + Int(min(max(y, 0), Double(height)).rounded(.up)))
        }
        borders.sort()
        // Two borders at one place cancel each other.
        var counts: [Int] = []
        var last = 0
        for border in borders + [height * width] {
            counts.append(border - last)
            last = border
        }
        self.init(checked: Self.merged(counts), height: height, width: width)
    }

    /// The points of a line, both ends included, in its own direction.
    private static func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) -> [(x: Int, y: Int)] {
        let (dx, dy) = (abs(end.x - start.x), abs(end.y - start.y))
        let isFlat = dx >= dy
        // Computed from the smaller coordinate on, so that a line has the same points in both directions.
        let isReversed = isFlat ? start.x > end.x : start.y > end.y
        let (low, high) = isReversed ? (end, start) : (start, end)
        let length = isFlat ? dx : dy
        let slope = length == 0 ? 0 : Double(isFlat ? high.y - low.y : high.x - low.x) / Double(length)
        let points = (0...length).map { step in
            isFlat
                ? (x: low.x + step, y: Int(Double(low.y) + slope * Double(step) + 0.5))
                : (x: Int(Double(low.x) + slope * Double(step) + 0.5), y: low.y + step)
        }
        return isReversed ? points.reversed() : points
    }

    /// The same runs without empty ones between others.
    private static func merged(_ counts: [Int]) -> [Int] {
        var result = [counts[0]]
        var index = 1
        while index < counts.count {
            if counts[index] > 0 {
                result.append(counts[index])
            } else if index + 1 < counts.count {
                index += 1
                result[result.count - 1] += counts[index]
            }
            index += 1
        }
        return result
    }
}
