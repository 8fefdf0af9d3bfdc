import Gradus

/// A table of right classes against predicted ones, colored by the share of each row.
public struct ConfusionMatrixImage: Sendable {
    /// `counts[right][predicted]`
    let counts: [[Int]]
    /// The names of the classes.
    let classNames: [String]
    /// The title above the table.
    let title: String

    /// An image of the given counts.
    ///
    /// - Traps: when the table is not square or a class has no name.
    public init(_ counts: [[Int]], classNames: [String], title: String) {
        check(
            counts.allSatisfy { $0.count == counts.count } && classNames.count == counts.count,
            "ConfusionMatrixImage: \(counts.count) rows for \(classNames.count) classes")
        (self.counts, self.classNames, self.title) = (counts, classNames, title)
    }

    /// The drawing; text is left out when no font is installed.
    public func drawn() -> Image {
        let font = Font(size: 13)
        let heading = Font(size: 16, bold: true)
        let nameWidth = classNames.compactMap { try? font.width(of: $0) }.max() ?? 0
        let (cell, margin, axis) = (52, 16, 26)
        let (left, top) = (margin + axis + nameWidth + 8, margin + 34)
        let side = counts.count * cell
        let titleWidth = (try? heading.width(of: title)) ?? 0
        var canvas = Canvas(
            width: max(left + side, titleWidth + margin) + margin, height: top + side + nameWidth + axis + 24)
        try? canvas.text(title, x: margin, y: margin + 14, font: heading)
        for (row, values) in counts.enumerated() {
            let total = max(1, values.reduce(0, +))
            try? canvas.text(
                classNames[row], x: left - 8, y: top + row * cell + cell / 2, font: font, anchor: .right, level: .middle
            )
            for (column, count) in values.enumerated() {
                let color = ColorMap.blues.color(Double(count) / Double(total))
                let (x, y) = (left + column * cell, top + row * cell)
                canvas.fill(x: x, y: y, width: cell - 1, height: cell - 1, color)
                guard count > 0 else { continue }
                try? canvas.text(
                    "\(count)", x: x + cell / 2, y: y + cell / 2, font: font, color: color.luma < 140 ? .white : .black,
                    anchor: .center, level: .middle)
            }
        }
        canvas.frame(x: left - 1, y: top - 1, width: side + 1, height: side + 1, .gray(160))
        for (column, name) in classNames.enumerated() {
            try? canvas.text(
                name, x: left + column * cell + cell / 2, y: top + side + 8, font: font, anchor: .right, level: .middle,
                rotated: true)
        }
        let bold = Font(size: 13, bold: true)
        try? canvas.text(
            "predicted", x: left + side / 2, y: top + side + nameWidth + axis + 4, font: bold, anchor: .center)
        try? canvas.text(
            "right", x: margin + 6, y: top + side / 2, font: bold, anchor: .center, level: .middle, rotated: true)
        return canvas.image
    }
}
