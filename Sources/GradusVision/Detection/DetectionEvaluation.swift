import Foundation
import Gradus

/// An object that an image truly shows, or that a detector has found in it, by what an evaluation needs.
public struct EvaluatedObject: Sendable {
    /// The image.
    public var image: Int
    /// The class.
    public var category: Int
    /// `[x, y, width, height]` in pixels.
    public var box: [Double]
    /// The mask; nil where only boxes are evaluated.
    public var mask: RunLengthMask?
    /// The area by which small, medium and large objects are told apart; that of a detection is computed.
    public var area: Double
    /// Whether it stands for many objects: detections in it are not counted.
    public var isCrowd: Bool
    /// The score of a detection.
    public var score: Double

    /// An object of the ground truth; `area` is that of the box by default.
    public init(
        image: Int, category: Int, box: [Double], mask: RunLengthMask? = nil, area: Double? = nil, isCrowd: Bool = false
    ) {
        check(box.count == 4, "EvaluatedObject: expected x, y, width and height, got \(box)")
        (self.image, self.category, self.box, self.mask, self.isCrowd) = (image, category, box, mask, isCrowd)
        (self.area, score) = (area ?? box[2] * box[3], 0)
    }

    /// A detection; its area is that of its mask, else of its box.
    public init(image: Int, category: Int, box: [Double], mask: RunLengthMask? = nil, score: Double) {
        self.init(image: image, category: category, box: box, mask: mask, area: mask.map { Double($0.area) })
        self.score = score
    }
}

/// The evaluation of detections by COCO's rules: average precision over ten thresholds of overlap and 101 recalls (Lin et al.
/// 2014). Its figures are those of pycocotools.
public struct DetectionEvaluation: Sendable {
    /// What overlaps are computed of.
    public enum Shape: String, Codable, Sendable, CaseIterable {
        /// Boxes.
        case boxes = "bbox"
        /// Masks.
        case masks = "segm"
    }

    /// Ranges of area in pixels.
    public enum Size: String, CaseIterable, Sendable {
        case all, small, medium, large

        var range: ClosedRange<Double> {
            switch self {
            case .all: 0...1e10
            case .small: 0...1024
            case .medium: 1024...9216
            case .large: 9216...1e10
            }
        }
    }

    // Both lists are rounded as NumPy's linspace rounds them, which decides ties.
    /// The overlaps at which a detection counts as right: 0.5, 0.55, …, 0.95.
    public static let thresholds: [Double] = (0..<10).map { (index: Int) -> Double in
        let step = (0.95 - 0.5) / 9
        return index == 9 ? 0.95 : Double(index) * step + 0.5
    }
    /// The recalls at which the precision is read: 0, 0.01, …, 1.
    public static let recalls: [Double] = (0...100).map { (index: Int) -> Double in
        index == 100 ? 1 : Double(index) * 0.01
    }
    /// The most detections of an image that count.
    public static let limits = [1, 10, 100]

    /// The classes, in order.
    public let categories: [Int]
    /// `[threshold][category][size][limit][recall]`, −1 where a class has no object.
    private let precisions: [Double]
    /// `[threshold][category][size][limit]`.
    private let recallValues: [Double]

    /// Evaluates detections.
    ///
    /// - Parameter images: the images; by default those of the ground truth and the detections.
    /// - Traps: when masks are asked for and an object has none.
    public init(
        _ detections: [EvaluatedObject], against truth: [EvaluatedObject], by shape: Shape, images: [Int]? = nil,
        categories: [Int]? = nil
    ) {
        let images = (images ?? Array(Set((truth + detections).map(\.image)))).sorted()
        let categories = (categories ?? Array(Set((truth + detections).map(\.category)))).sorted()
        self.categories = categories
        func grouped(_ objects: [EvaluatedObject]) -> [[Int]: [EvaluatedObject]] {
            Dictionary(grouping: objects) { [$0.image, $0.category] }
        }
        let (found, real) = (grouped(detections), grouped(truth))
        let layout = Layout(categories: categories.count)
        var precisions = [Double](repeating: -1, count: layout.count * Self.recalls.count)
        var recallValues = [Double](repeating: -1, count: layout.count)
        for (k, category) in categories.enumerated() {
            let matchings = images.compactMap { image in
                ImageMatching(found[[image, category]] ?? [], real[[image, category]] ?? [], shape)
            }
            for (a, size) in Size.allCases.enumerated() {
                let matched = matchings.map { $0.matches(size.range) }
                for (m, limit) in Self.limits.enumerated() {
                    guard let curves = Curves(matched, limit: limit) else { continue }
                    for t in Self.thresholds.indices {
                        let at = layout.index(t, k, a, m)
                        recallValues[at] = curves.recall[t]
                        let start = at * Self.recalls.count
                        precisions.replaceSubrange(start..<(start + Self.recalls.count), with: curves.precision[t])
                    }
                }
            }
        }
        (self.precisions, self.recallValues) = (precisions, recallValues)
    }

    /// The mean precision over thresholds, recalls and classes; −1 where no class has an object of that size.
    ///
    /// - Parameters:
    ///   - threshold: one of ``thresholds``; all by default.
    ///   - category: one of ``categories``; all by default.
    public func averagePrecision(
        threshold: Double? = nil, size: Size = .all, limit: Int = 100, category: Int? = nil
    ) -> Double {
        mean(threshold, size, limit, category) { t, k, a, m in
            precisionCurve(t, k, a, m)
        }
    }

    /// The mean over thresholds and classes of the largest recall with so many detections for each image.
    public func averageRecall(
        threshold: Double? = nil, size: Size = .all, limit: Int = 100, category: Int? = nil
    ) -> Double {
        mean(threshold, size, limit, category) { t, k, a, m in
            [recallValues[Layout(categories: categories.count).index(t, k, a, m)]]
        }
    }

    /// The precision at each of ``recalls`` for one threshold, averaged over the classes that have objects.
    public func precisionCurve(threshold: Double, category: Int? = nil) -> [Double] {
        let t = Self.index(threshold)
        let chosen = categories.indices.filter { k in category.map { $0 == categories[k] } ?? true }
        let curves = chosen.map { Array(precisionCurve(t, $0, 0, 2)) }.filter { ($0.first ?? -1) > -1 }
        return Self.recalls.indices.map { r in
            curves.isEmpty ? -1 : curves.reduce(0) { $0 + $1[r] } / Double(curves.count)
        }
    }

    private func precisionCurve(_ t: Int, _ k: Int, _ a: Int, _ m: Int) -> ArraySlice<Double> {
        let start = Layout(categories: categories.count).index(t, k, a, m) * Self.recalls.count
        return precisions[start..<(start + Self.recalls.count)]
    }

    /// The twelve figures that pycocotools prints, by their names there.
    public var summary: [(name: String, value: Double)] {
        [
            ("AP", averagePrecision()), ("AP50", averagePrecision(threshold: 0.5)),
            ("AP75", averagePrecision(threshold: 0.75)), ("APsmall", averagePrecision(size: .small)),
            ("APmedium", averagePrecision(size: .medium)), ("APlarge", averagePrecision(size: .large)),
            ("AR1", averageRecall(limit: 1)), ("AR10", averageRecall(limit: 10)), ("AR100", averageRecall(limit: 100)),
            ("ARsmall", averageRecall(size: .small)), ("ARmedium", averageRecall(size: .medium)),
            ("ARlarge", averageRecall(size: .large)),
        ]
    }

    private static func index(_ threshold: Double) -> Int {
        guard let index = thresholds.firstIndex(where: { abs($0 - threshold) < 1e-9 }) else {
            stop("DetectionEvaluation: \(threshold) is none of the thresholds \(thresholds)")
        }
        return index
    }

    private func mean(
        _ threshold: Double?, _ size: Size, _ limit: Int, _ category: Int?,
        _ values: (Int, Int, Int, Int) -> ArraySlice<Double>
    ) -> Double {
        guard let m = Self.limits.firstIndex(of: limit), let a = Size.allCases.firstIndex(of: size) else {
            stop("DetectionEvaluation: \(limit) is none of the limits \(Self.limits)")
        }
        let thresholds = threshold.map { [Self.index($0)] } ?? Array(Self.thresholds.indices)
        let chosen = categories.indices.filter { k in category.map { $0 == categories[k] } ?? true }
        var (sum, count) = (0.0, 0)
        for t in thresholds {
            for k in chosen {
                for value in values(t, k, a, m) where value > -1 { (sum, count) = (sum + value, count + 1) }
            }
        }
        return count == 0 ? -1 : sum / Double(count)
    }
}

/// The order of the figures of all thresholds, classes, sizes and limits.
private struct Layout {
    let categories: Int

    var count: Int {
        DetectionEvaluation.thresholds.count * categories * DetectionEvaluation.Size.allCases.count
            * DetectionEvaluation.limits.count
    }

    func index(_ threshold: Int, _ category: Int, _ size: Int, _ limit: Int) -> Int {
        let row = (threshold * categories + category) * DetectionEvaluation.Size.allCases.count + size
        return row * DetectionEvaluation.limits.count + limit
    }
}

/// The detections of one class in one image, matched with its objects.
private struct ImageMatching {
    /// What became of each detection and object for one range of areas.
    struct Matches {
        /// The scores of the detections, from the highest to the lowest.
        let scores: [Double]
        /// `[threshold][detection]`: whether it found an object.
        var isMatched: [[Bool]]
        /// `[threshold][detection]`: whether it counts for nothing.
        var isIgnored: [[Bool]]
        /// The objects that count.
        let objects: Int
    }

    private let detections: [EvaluatedObject]
    private let truth: [EvaluatedObject]
    /// `[detection][object]`
    private let overlaps: [[Double]]

    /// Nil where there is nothing to match.
    init?(_ detections: [EvaluatedObject], _ truth: [EvaluatedObject], _ shape: DetectionEvaluation.Shape) {
        guard !detections.isEmpty || !truth.isEmpty else { return nil }
        let order = detections.indices.sorted { (-detections[$0].score, $0) < (-detections[$1].score, $1) }
        self.detections = order.prefix(DetectionEvaluation.limits.last!).map { detections[$0] }
        self.truth = truth
        overlaps = self.detections.map { found in truth.map { overlap(found, $0, shape) } }
    }

    func matches(_ range: ClosedRange<Double>) -> Matches {
        let isOutside = truth.map { $0.isCrowd || !range.contains($0.area) }
        // Objects that count come first; the order among equals stays.
        let order = truth.indices.filter { !isOutside[$0] } + truth.indices.filter { isOutside[$0] }
        var (matched, ignored) = ([[Bool]](), [[Bool]]())
        for threshold in DetectionEvaluation.thresholds {
            var isTaken = [Bool](repeating: false, count: truth.count)
            var (isMatched, isIgnored) = ([Bool](), [Bool]())
            for (row, found) in detections.enumerated() {
                var (best, least): (Int?, Double) = (nil, min(threshold, 1 - 1e-10))
                for object in order {
                    if isTaken[object] && !truth[object].isCrowd { continue }
                    // Once it has an object that counts, it is not given to one that does not.
                    if let best, !isOutside[best], isOutside[object] { break }
                    guard overlaps[row][object] >= least else { continue }
                    (best, least) = (object, overlaps[row][object])
                }
                if let best { isTaken[best] = true }
                isMatched.append(best != nil)
                isIgnored.append(best.map { isOutside[$0] } ?? !range.contains(found.area))
            }
            matched.append(isMatched)
            ignored.append(isIgnored)
        }
        return Matches(
            scores: detections.map(\.score), isMatched: matched, isIgnored: ignored,
            objects: isOutside.count { !$0 })
    }
}

/// Precision and recall of one class over all images.
private struct Curves {
    /// `[threshold]`: the largest recall.
    private(set) var recall: [Double] = []
    /// `[threshold][recall]`
    private(set) var precision: [[Double]] = []

    /// Nil when no object counts.
    init?(_ images: [ImageMatching.Matches], limit: Int) {
        let objects = images.reduce(0) { $0 + $1.objects }
        guard objects > 0 else { return nil }
        let all = images.enumerated().flatMap { image, matches in
            matches.scores.prefix(limit).enumerated().map { (score: $1, image: image, position: $0) }
        }
        let order = all.indices.sorted { (-all[$0].score, $0) < (-all[$1].score, $1) }
        for t in DetectionEvaluation.thresholds.indices {
            var (right, wrong) = (0.0, 0.0)
            var (recalls, precisions) = ([Double](), [Double]())
            for index in order {
                let (image, position) = (images[all[index].image], all[index].position)
                if !image.isIgnored[t][position] {
                    if image.isMatched[t][position] { right += 1 } else { wrong += 1 }
                }
                recalls.append(right / Double(objects))
                precisions.append(right / (right + wrong + Double.ulpOfOne))
            }
            // The best precision at this or a larger recall.
            for index in precisions.indices.reversed().dropFirst() {
                precisions[index] = max(precisions[index], precisions[index + 1])
            }
            recall.append(recalls.last ?? 0)
            var at = 0
            precision.append(
                DetectionEvaluation.recalls.map { wanted in
                    while at < recalls.count && recalls[at] < wanted { at += 1 }
                    return at < recalls.count ? precisions[at] : 0
                })
        }
    }
}

private func overlap(_ found: EvaluatedObject, _ real: EvaluatedObject, _ shape: DetectionEvaluation.Shape) -> Double {
    switch shape {
    case .masks:
        guard let a = found.mask, let b = real.mask else { stop("DetectionEvaluation: an object has no mask") }
        return a.iou(b, isCrowd: real.isCrowd)
    case .boxes:
        let (a, b) = (found.box, real.box)
        let width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
        let height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
        guard width > 0, height > 0 else { return 0 }
        let (shared, own) = (width * height, a[2] * a[3])
        return shared / (real.isCrowd ? own : own + b[2] * b[3] - shared)
    }
}
