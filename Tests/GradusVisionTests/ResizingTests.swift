import Gradus
import GradusEvaluation
import GradusVision
import Testing

/// Expected values: PIL.Image.fromarray(pattern).resize(size, filter), Pillow 13.0.0, exactly.
@Suite struct ResizingTests {
    struct Case: Sendable {
        let from: (width: Int, height: Int, channels: Int)
        let to: (width: Int, height: Int)
        let bilinear: [UInt8]
        let bicubic: [UInt8]
        let nearest: [UInt8]
    }

    static let cases = [
        Case(
            from: (7, 5, 1), to: (3, 2), bilinear: [103, 129, 137, 135, 155, 129],
            bicubic: [99, 128, 139, 138, 160, 127], nearest: [141, 207, 57, 93, 211, 113]),
        Case(
            from: (5, 4, 3), to: (2, 3),
            bilinear: [66, 119, 136, 114, 115, 131, 144, 143, 159, 136, 94, 151, 133, 109, 142, 191, 73, 130],
            bicubic: [55, 118, 134, 117, 115, 126, 147, 150, 162, 133, 91, 154, 130, 109, 139, 199, 72, 131],
            nearest: [37, 94, 151, 77, 134, 191, 245, 46, 103, 81, 138, 195, 93, 150, 207, 211, 12, 69]),
        Case(
            from: (3, 2, 1), to: (5, 4),
            bilinear: [0, 15, 37, 104, 148, 23, 39, 63, 94, 113, 68, 87, 115, 73, 44, 91, 111, 141, 62, 9],
            bicubic: [0, 0, 28, 116, 170, 18, 30, 59, 100, 124, 69, 92, 119, 69, 32, 95, 123, 150, 53, 0],
            nearest: [0, 0, 37, 148, 148, 0, 0, 37, 148, 148, 91, 91, 141, 9, 9, 91, 91, 141, 9, 9]),
        Case(
            from: (4, 3, 1), to: (4, 2), bilinear: [34, 76, 96, 126, 148, 206, 82, 128],
            bicubic: [28, 69, 95, 128, 154, 213, 79, 130], nearest: [0, 37, 148, 77, 182, 245, 126, 81]),
    ]

    @Test(arguments: cases) func agreesWithPillow(_ one: Case) {
        let image = pattern(one.from.width, one.from.height, one.from.channels)
        for (filter, expected) in [
            (ResizingFilter.bilinear, one.bilinear), (.bicubic, one.bicubic), (.nearest, one.nearest),
        ] {
            let resized = image.resized(width: one.to.width, height: one.to.height, filter: filter)
            #expect(resized.pixels == expected, "\(filter)")
            #expect(resized.channels == one.from.channels)
        }
    }

    @Test(arguments: ResizingFilter.allCases) func aConstantStaysConstant(_ filter: ResizingFilter) {
        let image = Image(width: 13, height: 11, channels: 3, filledWith: 173)
        for (width, height) in [(1, 1), (40, 29), (5, 90), (13, 11)] {
            let resized = image.resized(width: width, height: height, filter: filter)
            #expect(resized == Image(width: width, height: height, channels: 3, filledWith: 173))
        }
    }

    @Test func shrinkingAStripePatternGivesItsMean() {
        let stripes = Image(width: 64, height: 2, channels: 1, pixels: (0..<128).map { $0 % 2 == 0 ? 0 : 255 })
        let small = stripes.resized(width: 4, height: 2)
        // Sampling single pixels would give 0 or 255; at the border the triangle is cut, so a little is left of a stripe.
        #expect(small.pixels.allSatisfy { abs(Int($0) - 128) <= 6 }, "\(small.pixels)")
    }
}
