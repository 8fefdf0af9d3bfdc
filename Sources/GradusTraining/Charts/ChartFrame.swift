import Foundation

/// The axes of a chart: from values to places on the page.
struct ChartFrame {
    private let left = 64.0
    let right: Double
    private let top = 44.0
    private let bottom = 372.0
    private let xTicks: [Double]
    private let yTicks: [Double]
    private let xRange: ClosedRange<Double>
    private let yRange: ClosedRange<Double>
    private let isLogarithmic: Bool
    private let isLogarithmicX: Bool

    init(_ chart: LineChart) {
        (isLogarithmic, isLogarithmicX) = (chart.isLogarithmic, chart.isLogarithmicX)
        right = 700 - chart.legendWidth
        let (isLog, isLogX) = (chart.isLogarithmic, chart.isLogarithmicX)
        let points = chart.series.flatMap(\.points)
            .filter { $0.x.isFinite && $0.y.isFinite && (!isLog || $0.y > 0) && (!isLogX || $0.x > 0) }
        let xs = points.map { isLogX ? log10($0.x) : $0.x }
        let ys =
            points.map { isLog ? log10($0.y) : $0.y }
            + (isLog ? [] : chart.band.map { [$0.lowerBound, $0.upperBound] } ?? [])
        let (firstX, lastX) = (xs.min() ?? 0, xs.max() ?? 1)
        // Between whole steps or epochs there is nothing.
        let isCounted = !isLogX && xs.allSatisfy { $0 == $0.rounded() }
        xTicks =
            isLogX
            ? logarithmicTicks(firstX, lastX)
            : roundTicks(firstX, lastX).filter { !isCounted || $0 == $0.rounded() }
        yTicks = (isLog ? logarithmicTicks : roundTicks)(ys.min() ?? 0, ys.max() ?? 1)
        xRange = firstX...(lastX > firstX ? lastX : firstX + 1)
        yRange = yTicks[0]...yTicks[yTicks.count - 1]
    }

    /// The middle of the horizontal axis.
    var middle: Double { (left + right) / 2 }

    private func column(_ x: Double) -> Double {
        left + (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * (right - left)
    }

    private func row(_ y: Double) -> Double {
        bottom - (y - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * (bottom - top)
    }

    /// Lines at round values, with their numbers, and the two axes.
    func grid() -> [String] {
        let horizontal = yTicks.map { tick in
            let y = row(tick)
            let label = isLogarithmic ? shortNumber(pow(10, tick)) : shortNumber(tick)
            return "<path d=\"M \(rounded(left)) \(rounded(y)) H \(rounded(right))\" stroke=\"#dddddd\"/>"
                + "<text x=\"\(rounded(left - 8))\" y=\"\(rounded(y + 4))\" text-anchor=\"end\">\(label)</text>"
        }
        // Logarithms of the ends may differ from the ticks' by a rounding.
        let slack = 1e-9 * (xRange.upperBound - xRange.lowerBound)
        let vertical = xTicks.filter { $0 >= xRange.lowerBound - slack && $0 <= xRange.upperBound + slack }.map {
            tick in
            let x = column(tick)
            let label = isLogarithmicX ? shortNumber(pow(10, tick)) : shortNumber(tick)
            return "<path d=\"M \(rounded(x)) \(rounded(bottom)) v 5\" stroke=\"#555555\"/>"
                + "<text x=\"\(rounded(x))\" y=\"\(rounded(bottom + 18))\" text-anchor=\"middle\">\(label)</text>"
        }
        let axes =
            "<path d=\"M \(rounded(left)) \(rounded(top)) V \(rounded(bottom)) H \(rounded(right))\" fill=\"none\" stroke=\"#555555\"/>"
        return horizontal + vertical + [axes]
    }

    /// A shaded range of values.
    func band(_ range: ClosedRange<Double>) -> String {
        let ends = [range.upperBound, range.lowerBound].map { value in
            min(max(row(isLogarithmic ? log10(max(value, 1e-300)) : value), top), bottom)
        }
        return "<rect x=\"\(rounded(left))\" y=\"\(rounded(ends[0]))\" width=\"\(rounded(right - left))\" "
            + "height=\"\(rounded(ends[1] - ends[0]))\" fill=\"#eaf3ea\"/>"
    }

    /// The pieces of a curve between its gaps; a point alone becomes a dot.
    func curve(_ series: LineChart.Series, _ color: String) -> [String] {
        var pieces: [[(x: String, y: String)]] = [[]]
        for point in series.points {
            let x = isLogarithmicX ? (point.x > 0 ? log10(point.x) : .nan) : point.x
            let y = isLogarithmic ? (point.y > 0 ? log10(point.y) : .nan) : point.y
            if x.isFinite && y.isFinite {
                pieces[pieces.count - 1].append((rounded(column(x)), rounded(row(y))))
            } else {
                pieces.append([])
            }
        }
        let lines = pieces.filter { $0.count > 1 }.map { piece in
            let coordinates = piece.map { "\($0.x) \($0.y)" }.joined(separator: " L ")
            return "<path d=\"M \(coordinates)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>"
        }
        let dots = pieces.filter { $0.count == 1 || series.points.count <= LineChart.markedPoints }.joined().map {
            "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"3\" fill=\"\(color)\"/>"
        }
        return lines + dots
    }

    private func rounded(_ value: Double) -> String { String(format: "%.1f", value) }
}

/// About six round values that span a range: multiples of 1, 2 or 5 times a power of ten.
func roundTicks(_ low: Double, _ high: Double) -> [Double] {
    let span = high > low ? high - low : low == 0 ? 1 : abs(low)
    let rough = span / 5
    let power = pow(10, floor(log10(rough)))
    let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    let first = floor(low / step + 1e-9)
    let last = max(first + 1, ceil(high / step - 1e-9))
    return stride(from: first, through: last, by: 1).map { $0 * step }
}

/// The logarithms of 1, 2 and 5 times powers of ten that span a range of logarithms; powers of ten alone over a wide one.
func logarithmicTicks(_ low: Double, _ high: Double) -> [Double] {
    let steps: [Double] = high - low > 4 ? [0] : [0, log10(2.0), log10(5.0)]
    let powers = stride(from: floor(low) - 1, through: ceil(high) + 1, by: 1)
    let all: [Double] = powers.flatMap { power in steps.map { power + $0 } }
    let first = all.lastIndex { $0 <= low + 1e-9 } ?? 0
    let last = all.firstIndex { $0 >= high - 1e-9 && $0 > all[first] } ?? all.count - 1
    return Array(all[first...last])
}

/// A number with as many digits as it needs, thousands and millions shortened.
private func shortNumber(_ value: Double) -> String {
    if value != 0 && (abs(value) >= 1e7 || abs(value) < 0.999e-3) { return String(format: "%.0e", value) }
    return String(format: "%.6g", value)
}
