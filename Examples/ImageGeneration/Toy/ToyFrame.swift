import Foundation
import GradusVision

/// One image of the game in one dimension: the bell curve, a histogram of made numbers, and the discriminator's belief.
struct ToyFrame {
    /// The numbers that are shown, from left to right.
    static let range: ClosedRange<Float> = -2...4

    let step: Int
    /// Made numbers.
    let made: [Float]
    /// The discriminator's belief at equal distances over ``range``, each 0 to 1.
    let belief: [Float]

    func drawn() -> Image {
        let (width, height, left, bottom, top) = (640, 360, 40, 320, 50)
        var canvas = Canvas(width: width, height: height)
        let plot = width - 2 * left
        func column(_ x: Float) -> Int {
            left + Int(Float(plot) * (x - Self.range.lowerBound) / (Self.range.upperBound - Self.range.lowerBound))
        }
        // Densities up to 1 fill the height, and so does a belief of 1.
        func row(_ y: Float) -> Int { bottom - Int(Float(bottom - top) * min(1.05, y)) }
        let (orange, blue, green) = (Color(hex: 0xE8A07A), Color(hex: 0x1D5FA5), Color(hex: 0x2F8F57))

        let bins = 60
        let binWidth = (Self.range.upperBound - Self.range.lowerBound) / Float(bins)
        var counts = [Int](repeating: 0, count: bins)
        for number in made where Self.range.contains(number) {
            counts[min(bins - 1, Int((number - Self.range.lowerBound) / binWidth))] += 1
        }
        for (bin, count) in counts.enumerated() {
            let (x, density) = (
                Self.range.lowerBound + Float(bin) * binWidth, Float(count) / Float(made.count) / binWidth
            )
            canvas.fill(
                x: column(x), y: row(density), width: column(x + binWidth) - column(x) - 1,
                height: bottom - row(density), orange)
        }
        func curve(_ values: [Float], _ color: Color) {
            let places = values.enumerated().map { index, value in
                (x: left + plot * index / (values.count - 1), y: row(value))
            }
            for (a, b) in zip(places, places.dropFirst()) { canvas.line(from: a, to: b, color, thickness: 2) }
        }
        curve(bell(plot), blue)
        curve(belief, green)
        canvas.line(from: (left, bottom), to: (width - left, bottom), .gray(80))
        for tick in -2...4 {
            try? canvas.text("\(tick)", x: column(Float(tick)), y: bottom + 18, font: Font(size: 12), anchor: .center)
        }
        try? canvas.text("step \(step)", x: left, y: 24, font: Font(size: 16, bold: true))
        for (index, (name, color)) in [("real", blue), ("made", orange), ("D believes it real", green)].enumerated() {
            let x = 190 + 130 * index
            canvas.fill(x: x, y: 13, width: 18, height: 10, color)
            try? canvas.text(name, x: x + 24, y: 23, font: Font(size: 13))
        }
        return canvas.image
    }

    /// The bell curve's density at equal distances.
    private func bell(_ count: Int) -> [Float] {
        let (mean, deviation) = (ToyGAN.mean, ToyGAN.deviation)
        return (0..<count).map { index in
            let x =
                Self.range.lowerBound
                + (Self.range.upperBound - Self.range.lowerBound) * Float(index) / Float(count - 1)
            let z = (x - mean) / deviation
            return exp(-z * z / 2) / (deviation * (2 * Float.pi).squareRoot())
        }
    }
}
