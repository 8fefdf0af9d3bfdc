import Foundation
import Gradus

/// Curves over an axis, as an SVG image that any browser shows.
public struct LineChart: Sendable {
    /// One curve.
    public struct Series: Sendable {
        /// What it shows.
        public let name: String
        /// Its points; a `y` that is not finite makes a gap.
        public let points: [(x: Double, y: Double)]

        /// A curve through the given points.
        public init(_ name: String, _ points: [(x: Double, y: Double)]) {
            self.name = name
            self.points = points
        }
    }

    /// Words above the chart.
    public let title: String
    /// Words under the horizontal axis.
    public let xName: String
    /// The label of the vertical axis.
    public let yName: String
    /// The curves.
    public let series: [Series]
    /// Whether the vertical axis is logarithmic; values at or below 0 then make gaps.
    public let isLogarithmic: Bool
    /// Whether the horizontal axis is logarithmic; values at or below 0 then make gaps.
    public let isLogarithmicX: Bool
    /// A range of `y` that is shaded, as the desired range of a value.
    public let band: ClosedRange<Double>?

    /// A chart of the given curves.
    public init(
        title: String, x: String, y: String, series: [Series], isLogarithmic: Bool = false,
        isLogarithmicX: Bool = false, band: ClosedRange<Double>? = nil
    ) {
        (self.title, xName, yName) = (title, x, y)
        (self.series, self.isLogarithmic, self.band) = (series, isLogarithmic, band)
        self.isLogarithmicX = isLogarithmicX
    }

    /// The image as SVG text of 720 × 420 points.
    ///
    /// The names of several curves have a column of their own, so that they cover none; each point of a short curve is marked.
    public func svg() -> String {
        let frame = ChartFrame(self)
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 420\" width=\"720\" height=\"420\" "
                + "font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"720\" height=\"420\" fill=\"white\"/>",
            "<text x=\"64\" y=\"26\" font-size=\"16\" font-weight=\"bold\">\(escaped(title))</text>",
        ]
        if let band { parts.append(frame.band(band)) }
        parts += frame.grid()
        parts.append("<text x=\"\(Int(frame.middle))\" y=\"408\" text-anchor=\"middle\">\(escaped(xName))</text>")
        parts.append(
            "<text x=\"16\" y=\"210\" text-anchor=\"middle\" transform=\"rotate(-90 16 210)\">\(escaped(yName))</text>")
        for (index, curve) in series.enumerated() {
            let color = Self.colors[index % Self.colors.count]
            parts += frame.curve(curve, color)
            guard series.count > 1 else { continue }
            let (x, y) = (frame.right + 12, 56 + 18 * index)
            parts.append("<path d=\"M \(Int(x)) \(y) h 18\" stroke=\"\(color)\" stroke-width=\"2.5\"/>")
            parts.append("<text x=\"\(Int(x) + 24)\" y=\"\(y + 4)\">\(escaped(curve.name))</text>")
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// Writes the image to an SVG file.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        try AtomicFile.write(Data(svg().utf8), to: URL(fileURLWithPath: path))
    }

    /// The width of the column of names.
    var legendWidth: Double {
        series.count < 2 ? 0 : min(260, 44 + 6.6 * Double(series.map(\.name.count).max() ?? 0))
    }

    /// The most points of a curve whose points are marked.
    static let markedPoints = 30

    private static let colors = [
        "#1d5fa5", "#d1642e", "#2f8f57", "#8a4fa3", "#b8952b", "#5a5a5a", "#3bb2c4", "#c2366b",
    ]
}
