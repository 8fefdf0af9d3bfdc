import GradusTraining

extension AttentionImage {
    /// The image as SVG text; a browser or another viewer chooses the fonts.
    public func svg() -> String {
        let place = layout(titleWidth: textWidth(title, size: 16), { textWidth($0, size: 15) })
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(place.width) \(place.height)\" "
                + "width=\"\(place.width)\" height=\"\(place.height)\" font-family=\"sans-serif\" font-size=\"15\">",
            "<rect width=\"\(place.width)\" height=\"\(place.height)\" fill=\"white\"/>",
            "<text x=\"\(margin)\" y=\"\(margin + 12)\" font-size=\"16\" font-weight=\"bold\">\(escaped(title))</text>",
        ]
        for (column, word) in source.enumerated() {
            let (x, y) = (place.left + column * cell + cell / 2 + 5, place.top - 6)
            parts.append("<text x=\"\(x)\" y=\"\(y)\" transform=\"rotate(-90 \(x) \(y))\">\(escaped(word))</text>")
        }
        for (row, word) in target.enumerated() {
            let y = place.top + row * cell
            parts.append(
                "<text x=\"\(place.left - 8)\" y=\"\(y + cell / 2 + 5)\" text-anchor=\"end\">\(escaped(word))</text>")
            for (column, weight) in weights[row].enumerated() {
                let hint = "\(word) ← \(source[column]): \((weight * 100).rounded() / 100)"
                parts.append(
                    "<rect x=\"\(place.left + column * cell)\" y=\"\(y)\" width=\"\(cell - 1)\" height=\"\(cell - 1)\" "
                        + "fill=\"\(ColorMap.blues.color(Double(weight)).svg)\"><title>\(escaped(hint))</title></rect>")
            }
        }
        parts.append(
            "<rect x=\"\(place.left)\" y=\"\(place.top)\" width=\"\(source.count * cell)\" "
                + "height=\"\(target.count * cell)\" fill=\"none\" stroke=\"#aaaaaa\"/>")
        return (parts + legendParts(x: place.left, y: place.top + target.count * cell + 14) + ["</svg>"])
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
