import Foundation
import GradusTraining
import GradusVision
import Testing

@Suite struct ChartTests {
    @Test func textIsEscapedAndGapsBreakTheCurve() throws {
        let chart = LineChart(
            title: "a < b & \"c\"", x: "x", y: "y",
            series: [.init("s", [(0, 1), (1, 2), (2, .nan), (3, 3)])], band: 1...2)
        let svg = chart.svg()
        #expect(svg.contains("a &lt; b &amp; &quot;c&quot;"))
        #expect(svg.components(separatedBy: "stroke-width=\"1.8\"").count == 2 && svg.contains("<circle"))
        try #require(wellFormed(svg))
    }

    @Test(arguments: [[], [1], [5, 5], [1e-9, 1e9], [-3, 7]] as [[Double]])
    func anyValuesMakeAChart(_ values: [Double]) throws {
        for isLogarithmic in [false, true] {
            let points = values.enumerated().map { (x: Double($0), y: $1) }
            let chart = LineChart(
                title: "t", x: "x", y: "y", series: [.init("s", points)], isLogarithmic: isLogarithmic)
            #expect(!chart.svg().contains("nan") && !chart.svg().contains("inf"))
            try #require(wellFormed(chart.svg()))
        }
    }

    /// Equal factors are equal distances on a logarithmic axis, and what it cannot show is a gap.
    @Test func aLogarithmicAxisSpreadsPowersEvenly() throws {
        let chart = LineChart(
            title: "t", x: "x", y: "y", series: [.init("s", [(10, 1), (100, 2), (1000, 3), (0, 4)])],
            isLogarithmicX: true)
        let svg = chart.svg()
        let columns = svg.components(separatedBy: "<circle cx=\"").dropFirst().compactMap { part in
            Double(part.prefix { $0 != "\"" })
        }
        #expect(columns.count == 3 && abs(columns[2] - columns[1] - (columns[1] - columns[0])) < 0.11)
        #expect(svg.contains(">1000</text>") && svg.contains(">10</text>") && !svg.contains("nan"))
        try #require(wellFormed(svg))
    }

    @Test func gridsAndMatricesHaveTheirSize() {
        let cell = Image(width: 4, height: 3, channels: 1, filledWith: 9)
        let grid = ImageGrid(Array(repeating: .init(cell, caption: ["a"]), count: 5), columns: 3, magnification: 10)
            .drawn()
        #expect(grid.width == 3 * 48 + 8 && grid.height == 8 + 2 * (30 + 15 + 8))
        #expect(grid[8, 8, 0] == 9)
        let matrix = ConfusionMatrixImage([[3, 0], [1, 2]], classNames: ["a", "b"], title: "t").drawn()
        #expect(matrix.width > 104 && matrix.pixels.contains { $0 < 100 })
    }

    @Test func colorsFollowTheirValues() {
        #expect(ColorMap.blues.color(0) == .white && ColorMap.blues.color(2) == Color(hex: 0x08264F))
        #expect(ColorMap.diverging.color(0) == .white && ColorMap.diverging.color(.nan) == .gray(128))
        #expect(ColorMap.diverging.color(1).red > 150 && ColorMap.diverging.color(-1).blue > 150)
    }

    /// Whether every tag that opens also closes, in order.
}
