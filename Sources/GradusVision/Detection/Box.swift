import Foundation
import Gradus

/// An axis-aligned box in pixels: the left and top edges, and the right and bottom edges, which are not inside.
///
/// A box around the pixels 3 and 4 of a row has `x0 = 3` and `x1 = 5`.
public struct Box: Codable, Equatable, Hashable, Sendable {
    /// The left edge.
    public var x0: Float
    /// The top edge.
    public var y0: Float
    /// The right edge.
    public var x1: Float
    /// The bottom edge.
    public var y1: Float

    /// A box with the given edges.
    public init(_ x0: Float, _ y0: Float, _ x1: Float, _ y1: Float) {
        (self.x0, self.y0, self.x1, self.y1) = (x0, y0, x1, y1)
    }

    /// A box of the given size at a corner, as COCO's files have it: `[x, y, width, height]`.
    public init(x: Float, y: Float, width: Float, height: Float) { self.init(x, y, x + width, y + height) }

    /// A box of the given size around a center, as YOLO's files have it.
    public init(centerX: Float, centerY: Float, width: Float, height: Float) {
        self.init(centerX - width / 2, centerY - height / 2, centerX + width / 2, centerY + height / 2)
    }

    /// `x1 − x0`.
    public var width: Float { x1 - x0 }
    /// `y1 − y0`.
    public var height: Float { y1 - y0 }
    /// The middle between left and right edge.
    public var centerX: Float { (x0 + x1) / 2 }
    /// The middle between top and bottom edge.
    public var centerY: Float { (y0 + y1) / 2 }

    /// Width times height; 0 for an inverted box.
    public var area: Float { max(0, width) * max(0, height) }

    /// Whether all edges are finite, and width and height are above zero.
    public var isValid: Bool {
        [x0, y0, x1, y1].allSatisfy(\.isFinite) && x1 > x0 && y1 > y0
    }

    /// The part inside an image of the given size.
    public func clipped(width: Float, height: Float) -> Box {
        func inside(_ value: Float, _ limit: Float) -> Float { min(max(value, 0), limit) }
        return Box(inside(x0, width), inside(y0, height), inside(x1, width), inside(y1, height))
    }

    /// The box after an image was scaled.
    public func scaled(x: Float, y: Float) -> Box { Box(x0 * x, y0 * y, x1 * x, y1 * y) }

    /// The box after an image was moved.
    public func translated(x: Float, y: Float) -> Box { Box(x0 + x, y0 + y, x1 + x, y1 + y) }

    /// The box in the mirrored image of the given width.
    public func flipped(width: Float) -> Box { Box(width - x1, y0, width - x0, y1) }

    /// The area that two boxes share.
    public func intersection(with other: Box) -> Float {
        let (width, height) = (min(x1, other.x1) - max(x0, other.x0), min(y1, other.y1) - max(y0, other.y0))
        return width > 0 && height > 0 ? width * height : 0
    }

    /// Intersection over union, `|A ∩ B| / |A ∪ B|`: 0 to 1; 0 for boxes without area.
    public func iou(_ other: Box) -> Float {
        let shared = intersection(with: other)
        let union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }

    /// Generalized intersection over union, `IoU − (|C| − |A ∪ B|) / |C|` with C the smallest box around both: −1 to 1
    /// (Rezatofighi et al. 2019).
    public func generalizedIoU(_ other: Box) -> Float {
        let shared = intersection(with: other)
        let union = area + other.area - shared
        let hull = Box(min(x0, other.x0), min(y0, other.y0), max(x1, other.x1), max(y1, other.y1)).area
        guard union > 0, hull > 0 else { return 0 }
        return shared / union - (hull - union) / hull
    }
}

extension [Box] {
    /// The boxes as rows `[N, 4]` of left, top, right and bottom edge.
    public var tensor: Tensor<Float> {
        Tensor(flatMap { [$0.x0, $0.y0, $0.x1, $0.y1] }, shape: [count, 4])
    }

    /// The boxes in the rows of a tensor `[N, 4]`.
    ///
    /// - Traps: when the shape is another.
    public init(_ rows: Tensor<Float>) {
        check(rows.rank == 2 && rows.shape[1] == 4, "[Box]: expected rows [N, 4], got \(rows.shape)")
        let values = rows.scalars
        self = (0..<rows.shape[0]).map { row in
            Box(values[4 * row], values[4 * row + 1], values[4 * row + 2], values[4 * row + 3])
        }
    }

    /// The intersection over union of each of these boxes with each of the others, row by row.
    public func ious(_ others: [Box]) -> [[Float]] { map { box in others.map { box.iou($0) } } }
}

/// The coding of a box by its position and size relative to a reference box (Girshick et al. 2014).
///
/// `tx = wx (cx − ax) / aw`, `ty = wy (cy − ay) / ah`, `tw = ww ln(w / aw)`, `th = wh ln(h / ah)` for a box of center c and size
/// (w, h) and a reference of center a and size (aw, ah).
public struct BoxCoder: Codable, Equatable, Sendable {
    /// The factors of the four numbers.
    public var weights: [Float]
    /// The largest logarithm of a ratio of sizes that is decoded, ln(1000/16).
    public static let largestLogarithm: Float = 4.135166556742356

    /// A coder with the given factors, those of a proposal network by default.
    ///
    /// - Traps: when there are not four positive factors.
    public init(weights: [Float] = [1, 1, 1, 1]) {
        check(
            weights.count == 4 && weights.allSatisfy { $0 > 0 }, "BoxCoder: expected 4 positive weights, got \(weights)"
        )
        self.weights = weights
    }

    /// The four numbers of a box relative to its reference.
    public func encode(_ box: Box, relativeTo reference: Box) -> (Float, Float, Float, Float) {
        let (width, height) = (reference.width, reference.height)
        return (
            weights[0] * (box.centerX - reference.centerX) / width,
            weights[1] * (box.centerY - reference.centerY) / height,
            weights[2] * log(box.width / width), weights[3] * log(box.height / height)
        )
    }

    /// The box of four numbers relative to a reference.
    public func decode(_ code: (Float, Float, Float, Float), relativeTo reference: Box) -> Box {
        let (width, height) = (reference.width, reference.height)
        let limit = Self.largestLogarithm
        return Box(
            centerX: code.0 / weights[0] * width + reference.centerX,
            centerY: code.1 / weights[1] * height + reference.centerY,
            width: exp(min(code.2 / weights[2], limit)) * width,
            height: exp(min(code.3 / weights[3], limit)) * height)
    }
}
