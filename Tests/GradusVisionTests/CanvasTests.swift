import Gradus
import GradusVision
import Testing

@Suite struct CanvasTests {
    private func color(_ image: Image, _ x: Int, _ y: Int) -> Color {
        Color(image[y, x, 0], image[y, x, 1], image[y, x, 2])
    }

    /// Random rectangles, also empty ones and ones partly or wholly outside, against a test of every pixel.
    @Test func rectanglesAreClipped() {
        var random = SplitMix64(state: 3)
        for _ in 0..<200 {
            let (x, y) = (Int.random(in: -9...15, using: &random), Int.random(in: -9...15, using: &random))
            let (width, height) = (Int.random(in: -2...12, using: &random), Int.random(in: -2...12, using: &random))
            var canvas = Canvas(width: 11, height: 7, background: .white)
            canvas.fill(x: x, y: y, width: width, height: height, .black)
            var framed = Canvas(width: 11, height: 7, background: .white)
            framed.frame(x: x, y: y, width: width, height: height, .black, thickness: 2)
            for row in 0..<7 {
                for column in 0..<11 {
                    let inside = column >= x && column < x + width && row >= y && row < y + height
                    let isBorder = min(column - x, x + width - 1 - column, row - y, y + height - 1 - row) < 2
                    #expect(color(canvas.image, column, row) == (inside ? .black : .white))
                    #expect(color(framed.image, column, row) == (inside && isBorder ? .black : .white))
                }
            }
        }
        var canvas = Canvas(width: 3, height: 3)
        canvas.fill(x: .max, y: .min, width: .max, height: .max, .black)
        canvas.fill(x: 1, y: 1, width: .max, height: .max, .black)
        #expect(color(canvas.image, 2, 2) == .black && color(canvas.image, 0, 2) == .white)
    }

    @Test func imagesArePastedMagnifiedAndClipped() {
        let image = pattern(3, 2, 3)
        for (x, y) in [(0, 0), (4, 1), (-2, -1), (50, 50), (-50, 0)] {
            var canvas = Canvas(width: 9, height: 6, background: .gray(9))
            canvas.paste(image, x: x, y: y, magnification: 2)
            for row in 0..<6 {
                for column in 0..<9 {
                    let (sx, sy) = (column - x, row - y)
                    let isInside = (0..<6).contains(sx) && (0..<4).contains(sy)
                    let expected = isInside ? color(image, sx / 2, sy / 2) : .gray(9)
                    #expect(color(canvas.image, column, row) == expected)
                }
            }
        }
        #expect(
            Canvas(Image(width: 2, height: 2, channels: 1, filledWith: 7)).image.pixels
                == Array(repeating: 7, count: 12))
    }

    @Test func linesJoinTheirEnds() {
        for (start, end) in [
            ((1, 1), (8, 1)), ((2, 7), (2, 2)), ((0, 0), (9, 9)), ((5, 5), (5, 5)), ((-20, 3), (30, 3)),
        ] {
            var canvas = Canvas(width: 10, height: 10)
            canvas.line(from: start, to: end, .black, thickness: 1.5)
            for (x, y) in [start, end] where (0..<10).contains(x) && (0..<10).contains(y) {
                #expect(color(canvas.image, x, y).luma < 60)
            }
            #expect(color(canvas.image, 0, 9) == .white)
        }
    }

    private static let hasFont = (try? Font(size: 12).width(of: "A")) != nil

    @Test(.enabled(if: hasFont, "needs a font")) func textIsDrawnWhereItIsAnchored() throws {
        let font = Font(size: 14)
        let width = try font.width(of: "Gradus")
        #expect(width > 20 && width < 100)
        #expect(try font.width(of: "Gradus Gradus") > 2 * width && font.width(of: "") == 0)
        /// The columns and rows with ink.
        func ink(_ canvas: Canvas) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
            let dark = (0..<canvas.height).flatMap { y in
                (0..<canvas.width).compactMap { color(canvas.image, $0, y).luma < 128 ? (x: $0, y: y) : nil }
            }
            guard let left = dark.map(\.x).min(), let right = dark.map(\.x).max(), let top = dark.map(\.y).min(),
                let bottom = dark.map(\.y).max()
            else { return nil }
            return (left...right, top...bottom)
        }
        for (anchor, first) in [(TextAnchor.left, 100), (.center, 100 - width / 2), (.right, 100 - width)] {
            var canvas = Canvas(width: 200, height: 200)
            try canvas.text("Gradus", x: 100, y: 100, font: font, anchor: anchor)
            let level = try #require(ink(canvas))
            #expect(level.columns.lowerBound >= first - 2 && level.columns.upperBound <= first + width + 2)
            #expect(level.rows.upperBound <= 102 && level.rows.lowerBound > 80)
            var rotated = Canvas(width: 200, height: 200)
            try rotated.text("Gradus", x: 100, y: 100, font: font, anchor: anchor, rotated: true)
            let upright = try #require(ink(rotated))
            // x and y change their roles; the text reads upward.
            #expect(upright.rows == (200 - level.columns.upperBound)...(200 - level.columns.lowerBound))
            #expect(upright.columns == level.rows)
        }
        var outside = Canvas(width: 5, height: 5)
        try outside.text("Gradus", x: -500, y: 900, font: font)
        #expect(ink(outside) == nil)
    }

    /// Unknown families, control characters and scripts without a font fall back instead of failing.
    @Test(.enabled(if: hasFont, "needs a font")) func everyTextHasAWidth() throws {
        for text in ["", "\n\t", "汉字", "👩‍👩‍👧", "é\u{301}", String(repeating: "W", count: 3000)] {
            #expect(try Font("no such family", size: 9).width(of: text) >= 0)
        }
        #expect(try Font(size: 40).width(of: "A") > Font(size: 10).width(of: "A"))
    }
}

@Suite struct ColorTests {
    @Test func colorsMixTowardTheirEnds() {
        let (a, b) = (Color(10, 200, 0), Color(250, 0, 255))
        #expect(
            a.mixed(with: b, 0) == a && a.mixed(with: b, 1) == b && a.mixed(with: b, -3) == a
                && a.mixed(with: b, 9) == b)
        #expect(a.mixed(with: b, 0.5) == b.mixed(with: a, 0.5))
        #expect(Color(hex: 0xFF01_80FE) == Color(1, 128, 254))
    }

    /// Luma keeps grays, and is between the smallest and the largest component.
    @Test func lumaIsAnAverage() {
        for level in UInt8.min...UInt8.max { #expect(Color.gray(level).luma == level) }
        var random = SplitMix64(state: 4)
        for _ in 0..<300 {
            let c = (0..<3).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect((c.min()!...c.max()!).contains(Color(c[0], c[1], c[2]).luma))
        }
    }

    @Test(arguments: [ColorMap.blues, .diverging, .heat]) func mapsAreContinuousAndClamped(_ map: ColorMap) {
        let low = map == .diverging ? -1.0 : 0
        #expect(map.color(low - 5) == map.color(low) && map.color(7) == map.color(1) && map.color(.nan) == .gray(128))
        #expect(map.color(.infinity) == map.color(1) && map.color(low) != map.color(1))
        var last = map.color(low)
        for step in 1...400 {
            let next = map.color(low + (1 - low) * Double(step) / 400)
            for (a, b) in [(last.red, next.red), (last.green, next.green), (last.blue, next.blue)] {
                #expect(abs(Int(a) - Int(b)) <= 4)
            }
            last = next
        }
    }

    @Test func neighboringClassesDiffer() {
        let colors = (0..<20).map(Color.category)
        #expect(Set(colors).count == 20 && Color.category(20) == colors[0] && Color.category(-1) == colors[19])
    }
}

@Suite struct CenterCropTests {
    @Test func theCenterHasTheProportions() {
        for (width, height) in [(1, 1), (10, 3), (3, 10), (101, 99)] {
            let image = pattern(width, height, 1)
            for (w, h) in [(1, 1), (4, 1), (1, 4), (3, 2)] {
                let cut = image.centerCropped(toProportions: w, h)
                #expect(cut.width <= width && cut.height <= height && (cut.width == width || cut.height == height))
                #expect(abs(cut.width * h - cut.height * w) <= max(w, h))
                // The borders left and right, and above and below, differ by a pixel at most.
                let (x, y) = ((width - cut.width) / 2, (height - cut.height) / 2)
                #expect(cut == image.cropped(x: x, y: y, width: cut.width, height: cut.height))
            }
            #expect(image.centerCropped(width: 1000, height: 1000) == image)
        }
    }
}
