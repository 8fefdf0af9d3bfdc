import Gradus
import GradusVision
import Testing

@Suite struct InspectionImageTests {
    @Test func numbersBecomeColors() {
        let values = Tensor<Float>([[-4, 0], [2, 4]])
        let signed = Image(values, colors: .diverging)
        for (index, share) in [-1, 0, 0.5, 1].enumerated() {
            #expect(color(signed, index) == ColorMap.diverging.color(share))
        }
        // A limit of one's own; what is below 0 has the color of 0.
        let strength = Image(values, colors: .heat, limit: 8)
        #expect(color(strength, 0) == .black && color(strength, 3) == ColorMap.heat.color(0.5))
        // Nothing but zeros is no division by zero.
        #expect(color(Image(Tensor(zeros: [1, 1]), colors: .diverging), 0) == .white)
        // Brighter in gray with every step.
        let lumas = (0...20).map { ColorMap.heat.color(Double($0) / 20).luma }
        #expect(zip(lumas, lumas.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aRangeBecomesBlackToWhite() {
        let image = Image(Tensor<Float>([-2, -1, 0, 1, 2, .nan], shape: [1, 2, 3]), range: -1...1)
        #expect(image.width == 2 && image.channels == 3 && image.pixels == [0, 0, 128, 255, 255, 128])
        #expect(Image(Tensor<Float>([0.5], shape: [1, 1, 1])).pixels == [128])
    }

    @Test func imagesAreMixed() {
        let gray = Image(width: 1, height: 1, channels: 1, filledWith: 100)
        let red = Image(width: 1, height: 1, channels: 3, pixels: [200, 0, 0])
        #expect(gray.mixed(with: red, 0.25).pixels == [125, 75, 75])
        #expect(gray.mixed(with: red, 7).pixels == red.pixels)
    }

    /// Three images in a row and one above: dots and frames have their classes' colors, y points upwards.
    @Test func thumbnailsLieAtTheirPlaces() {
        let tile = Image(width: 8, height: 8, channels: 1, filledWith: 77)
        func item(_ x: Double, _ y: Double, _ group: Int) -> ThumbnailMap.Item { .init(tile, x: x, y: y, group: group) }
        let map = ThumbnailMap(
            [item(0, 0, 0), item(10, 0, 1), item(0, 10, 2), item(0.01, 0, 3)], groupNames: ["a", "b"], title: "t",
            side: 200, thumbnailSide: 20
        ).drawn()
        // The map begins at (12, 40); its corners' centers lie 14 pixels inside.
        let places = [(x: 26, y: 226, group: 0), (x: 198, y: 226, group: 1), (x: 26, y: 54, group: 2)]
        for (x, y, group) in places {
            #expect(color(map, y * map.width + x) == .gray(77), "\(group)")
            #expect(color(map, y * map.width + x - 12) == .category(group), "\(group)")
        }
        // The fourth lies under the first: no thumbnail, and its dot is covered.
        #expect(!colors(map).contains(.category(3)))
        #expect(Set((0..<20).map(Color.category)).count == 20 && Color.category(20) == .category(0))
    }

    @Test func emptyAndEqualPlacesAreDrawn() {
        let tile = Image(width: 3, height: 9, channels: 3)
        for count in [0, 1, 3] {
            let items = (0..<count).map { _ in ThumbnailMap.Item(tile, x: 1, y: 2, group: 0) }
            let map = ThumbnailMap(items, groupNames: ["a"], title: "t", side: 100).drawn()
            #expect(map.height == 152 && colors(map).contains(.category(0)))
        }
    }

    private func color(_ image: Image, _ pixel: Int) -> Color {
        Color(image.pixels[3 * pixel], image.pixels[3 * pixel + 1], image.pixels[3 * pixel + 2])
    }

    private func colors(_ image: Image) -> Set<Color> {
        Set((0..<(image.width * image.height)).map { color(image, $0) })
    }
}
