import Gradus

/// Thumbnails at positions in the plane, for example those of features reduced to two dimensions.
///
/// Every image is a dot in the color of its class. Its thumbnail is drawn, too, framed in that color, unless it would cover
/// another one.
public struct ThumbnailMap: Sendable {
    /// An image and its position.
    public struct Item: Sendable {
        /// The image.
        let image: Image
        /// The horizontal position.
        let x: Double
        /// The vertical position, upward.
        let y: Double
        /// The number of its class.
        let group: Int

        /// An image at a position.
        public init(_ image: Image, x: Double, y: Double, group: Int) {
            (self.image, self.x, self.y, self.group) = (image, x, y, group)
        }
    }

    /// The images; earlier ones have priority.
    let items: [Item]
    /// The names of the classes.
    let groupNames: [String]
    /// The title above the map.
    let title: String
    /// The side of the map, in pixels.
    let side: Int
    /// The longer side of a thumbnail, in pixels.
    let thumbnailSide: Int

    /// A map of the given images.
    ///
    /// - Traps: when a size is not positive or a position is not finite.
    public init(_ items: [Item], groupNames: [String], title: String, side: Int = 800, thumbnailSide: Int = 36) {
        check(
            side > 0 && thumbnailSide > 0 && thumbnailSide < side,
            "ThumbnailMap: thumbnails of \(thumbnailSide) in a map of \(side)")
        check(items.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "ThumbnailMap: a position is not finite")
        (self.items, self.groupNames, self.title) = (items, groupNames, title)
        (self.side, self.thumbnailSide) = (side, thumbnailSide)
    }

    /// The drawing; text is left out when no font is installed.
    public func drawn() -> Image {
        let (margin, top) = (12, 40)
        let legend = (groupNames.compactMap { try? Self.font.width(of: $0) }.max() ?? 0) + 34
        let height = max(top + side + margin, top + groupNames.count * 22 + margin)
        var canvas = Canvas(width: margin + side + legend + margin, height: height)
        try? canvas.text(title, x: margin, y: 24, font: Font(size: 15, bold: true))
        canvas.frame(x: margin, y: top, width: side, height: side, .gray(210))
        let positions = self.positions(left: margin, top: top)
        for (item, position) in zip(items, positions) {
            canvas.fill(x: position.x - 2, y: position.y - 2, width: 5, height: 5, .category(item.group))
        }
        for index in chosen(positions) {
            let (item, position) = (items[index], positions[index])
            let small = thumbnail(item.image)
            let (x, y) = (position.x - small.width / 2, position.y - small.height / 2)
            canvas.paste(small, x: x, y: y)
            canvas.frame(
                x: x - 2, y: y - 2, width: small.width + 4, height: small.height + 4, .category(item.group),
                thickness: 2)
        }
        for (index, name) in groupNames.enumerated() {
            let (x, y) = (margin + side + 12, top + 8 + 22 * index)
            canvas.fill(x: x, y: y, width: 12, height: 12, .category(index))
            try? canvas.text(name, x: x + 18, y: y + 6, font: Self.font, level: .middle)
        }
        return canvas.image
    }

    private static let font = Font(size: 13)

    /// The items' centers on the canvas: one scale for both axes, and margins of a thumbnail's size.
    private func positions(left: Int, top: Int) -> [(x: Int, y: Int)] {
        let (xs, ys) = (items.map(\.x), items.map(\.y))
        guard let lowX = xs.min(), let highX = xs.max(), let lowY = ys.min(), let highY = ys.max() else { return [] }
        let span = max(highX - lowX, highY - lowY)
        // Images at a single position are drawn in the middle.
        let scale = span > 0 ? Double(side - thumbnailSide - 8) / span : 0
        let (middleX, middleY) = (lowX + (highX - lowX) / 2, lowY + (highY - lowY) / 2)
        return items.map { item in
            (
                left + side / 2 + Int(((item.x - middleX) * scale).rounded()),
                top + side / 2 - Int(((item.y - middleY) * scale).rounded())
            )
        }
    }

    /// The items whose thumbnails do not cover one another, first come, first served.
    private func chosen(_ positions: [(x: Int, y: Int)]) -> [Int] {
        var taken: [Int] = []
        for (index, position) in positions.enumerated() {
            let isFree = taken.allSatisfy { other in
                max(abs(positions[other].x - position.x), abs(positions[other].y - position.y)) >= thumbnailSide + 4
            }
            if isFree { taken.append(index) }
        }
        return taken
    }

    private func thumbnail(_ image: Image) -> Image {
        let scale = Double(thumbnailSide) / Double(max(image.width, image.height))
        return image.resized(
            width: max(1, Int((Double(image.width) * scale).rounded())),
            height: max(1, Int((Double(image.height) * scale).rounded())),
            filter: scale >= 2 ? .nearest : .bicubic)
    }
}
