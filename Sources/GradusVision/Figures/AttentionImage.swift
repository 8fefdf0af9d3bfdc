import Gradus
import GradusTraining

/// The attention weights of a translation as a table: source words across the top, translated words down the side.
public struct AttentionImage: Sendable {
    /// A row for each of ``target``, a weight for each of ``source`` in it, 0 to 1.
    let weights: [[Float]]
    /// The words of the source.
    let source: [String]
    /// The words of the translation.
    let target: [String]
    /// The title above the table.
    let title: String

    let cell = 30
    let margin = 16
    let legend = 18

    /// An image of the given weights.
    ///
    /// - Traps: when the weights are not a row for each target word of a weight for each source word.
    public init(_ weights: [[Float]], source: [String], target: [String], title: String) {
        check(
            weights.count == target.count && weights.allSatisfy { $0.count == source.count },
            "AttentionImage: \(weights.count) rows of \(weights.map(\.count).max() ?? 0) weights for "
                + "\(target.count) words and \(source.count) source words")
        (self.weights, self.source, self.target, self.title) = (weights, source, target, title)
    }

    /// The positions and sizes of the table, in pixels.
    struct Layout {
        let left: Int
        let top: Int
        let width: Int
        let height: Int
    }

    /// - Parameter measure: the width of a word.
    func layout(titleWidth: Int, _ measure: (String) -> Int) -> Layout {
        let left = margin + (target.map(measure).max() ?? 0) + 8
        let top = margin + 24 + (source.map(measure).max() ?? 0) + 8
        let table = max(source.count, 1) * cell
        return Layout(
            left: left, top: top, width: max(left + table, margin + titleWidth, left + 200) + margin,
            height: top + max(target.count, 1) * cell + legend + 34 + margin)
    }

    /// The drawing; text is left out when no font is installed.
    public func drawn() -> Image {
        let (font, heading) = (Font(size: 15), Font(size: 16, bold: true))
        let frame = layout(titleWidth: (try? heading.width(of: title)) ?? 0) { (try? font.width(of: $0)) ?? 0 }
        var canvas = Canvas(width: frame.width, height: frame.height)
        try? canvas.text(title, x: margin, y: margin + 12, font: heading)
        for (column, word) in source.enumerated() {
            let x = frame.left + column * cell + cell / 2
            try? canvas.text(word, x: x, y: frame.top - 6, font: font, level: .middle, rotated: true)
        }
        for (row, word) in target.enumerated() {
            let y = frame.top + row * cell
            try? canvas.text(word, x: frame.left - 8, y: y + cell / 2, font: font, anchor: .right, level: .middle)
            for (column, weight) in weights[row].enumerated() {
                let color = ColorMap.blues.color(Double(weight))
                canvas.fill(x: frame.left + column * cell, y: y, width: cell - 1, height: cell - 1, color)
            }
        }
        canvas.frame(
            x: frame.left - 1, y: frame.top - 1, width: source.count * cell + 1, height: target.count * cell + 1,
            .gray(170))
        drawLegend(&canvas, x: frame.left, y: frame.top + target.count * cell + 14)
        return canvas.image
    }

    private func drawLegend(_ canvas: inout Canvas, x: Int, y: Int) {
        let font = Font(size: 12)
        for step in 0..<Self.legendSteps {
            let color = ColorMap.blues.color(Double(step) / Double(Self.legendSteps - 1))
            canvas.fill(x: x + step * 2, y: y, width: 2, height: legend - 4, color)
        }
        canvas.frame(x: x, y: y, width: 2 * Self.legendSteps, height: legend - 4, .gray(170))
        try? canvas.text("0", x: x, y: y + legend + 2, font: font, level: .top)
        try? canvas.text("1", x: x + 2 * Self.legendSteps, y: y + legend + 2, font: font, anchor: .right, level: .top)
        try? canvas.text(
            Self.legendText, x: x + 2 * Self.legendSteps + 10, y: y + legend / 2 - 2, font: font, level: .middle)
    }

    static let legendSteps = 50
    static let legendText = "weight"
}

extension AttentionImage {
    /// The image as SVG text; a browser or another viewer chooses the fonts.
    public func svg() -> String {
        let frame = layout(titleWidth: textWidth(title, size: 16), { textWidth($0, size: 15) })
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(frame.width) \(frame.height)\" "
                + "width=\"\(frame.width)\" height=\"\(frame.height)\" font-family=\"sans-serif\" font-size=\"15\">",
            "<rect width=\"\(frame.width)\" height=\"\(frame.height)\" fill=\"white\"/>",
            "<text x=\"\(margin)\" y=\"\(margin + 12)\" font-size=\"16\" font-weight=\"bold\">\(escaped(title))</text>",
        ]
        for (column, word) in source.enumerated() {
            let (x, y) = (frame.left + column * cell + cell / 2 + 5, frame.top - 6)
            parts.append("<text x=\"\(x)\" y=\"\(y)\" transform=\"rotate(-90 \(x) \(y))\">\(escaped(word))</text>")
        }
        for (row, word) in target.enumerated() {
            let y = frame.top + row * cell
            parts.append(
                "<text x=\"\(frame.left - 8)\" y=\"\(y + cell / 2 + 5)\" text-anchor=\"end\">\(escaped(word))</text>")
            for (column, weight) in weights[row].enumerated() {
                let hint = "\(word) ← \(source[column]): \((weight * 100).rounded() / 100)"
                parts.append(
                    "<rect x=\"\(frame.left + column * cell)\" y=\"\(y)\" width=\"\(cell - 1)\" height=\"\(cell - 1)\" "
                        + "fill=\"\(ColorMap.blues.color(Double(weight)).svg)\"><title>\(escaped(hint))</title></rect>")
            }
        }
        parts.append(
            "<rect x=\"\(frame.left)\" y=\"\(frame.top)\" width=\"\(source.count * cell)\" "
                + "height=\"\(target.count * cell)\" fill=\"none\" stroke=\"#aaaaaa\"/>")
        return (parts + legendParts(x: frame.left, y: frame.top + target.count * cell + 14) + ["</svg>"])
            .joined(separator: "\n") + "\n"
    }

    private func legendParts(x: Int, y: Int) -> [String] {
        let steps = (0..<Self.legendSteps).map { step in
            let color = ColorMap.blues.color(Double(step) / Double(Self.legendSteps - 1)).svg
            return "<rect x=\"\(x + 2 * step)\" y=\"\(y)\" width=\"2.5\" height=\"\(legend - 4)\" fill=\"\(color)\"/>"
        }
        let end = x + 2 * Self.legendSteps
        return steps + [
            "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(2 * Self.legendSteps)\" height=\"\(legend - 4)\" fill=\"none\" "
                + "stroke=\"#aaaaaa\"/>",
            "<text x=\"\(x)\" y=\"\(y + legend + 10)\" font-size=\"12\">0</text>",
            "<text x=\"\(end)\" y=\"\(y + legend + 10)\" font-size=\"12\" text-anchor=\"end\">1</text>",
            "<text x=\"\(end + 10)\" y=\"\(y + 11)\" font-size=\"12\">\(Self.legendText)</text>",
        ]
    }
}

extension Color {
    /// As SVG and HTML write it, `#rrggbb`.
    var svg: String {
        func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return "#" + digits(red) + digits(green) + digits(blue)
    }
}
