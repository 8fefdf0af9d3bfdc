import Gradus
import GradusData
import GradusEvaluation
import GradusVision
import Testing

@Suite struct FeatureTests {
    @Test func hogAgreesWithScikitImage() {
        for (features, expected) in [
            (HOG()(pattern(16, 16, 1)), grayHOG),
            (HOG(cellSize: 4, blockCells: 3, orientations: 6)(pattern(18, 13, 3)), colorHOG),
        ] {
            #expect(features.count == expected.count)
            #expect(zip(features, expected).allSatisfy { abs($0 - $1) < 2e-6 })
        }
        #expect(HOG().count(width: 32, height: 32) == 324)
    }

    /// Left half 0, right half 200: two columns of gradients of length 200, from left to right, that is at 0°.
    @Test func anEdgeHasOneDirection() {
        var image = Image(width: 8, height: 8, channels: 1)
        for y in 0..<8 { for x in 4..<8 { image[y, x] = 200 } }
        let descriptor = HOG(cellSize: 8, blockCells: 1, orientations: 9)
        let cells = descriptor.cells(image)
        #expect(cells[0] == 200 * 16 / 64 && cells.dropFirst().allSatisfy { $0 == 0 })
        // Alone in its block it is cut to 0.2 and brought back to 1.
        #expect(abs(descriptor(image)[0] - 1) < 1e-6)
        // Upside down the gradient runs from top to bottom, at 90°: the fifth of nine directions.
        #expect(descriptor.cells(image.rotated)[4] == 200 * 16 / 64)
    }

    /// Directions are those of edges, which have no front: the negative has the same.
    @Test func theNegativeHasTheSameFeatures() {
        let image = pattern(24, 16, 1)
        let (a, b) = (HOG()(image), HOG()(image.inverted()))
        #expect(a.max() ?? 0 > 0.1 && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func colorsBecomeHueSaturationAndValue() {
        for (color, expected) in [
            (Color(255, 0, 0), (0.0, 1.0, 1.0)), (Color(0, 255, 0), (1 / 3.0, 1, 1)),
            (Color(0, 0, 255), (2 / 3.0, 1, 1)),
            (Color(255, 255, 0), (1 / 6.0, 1, 1)), (Color(255, 0, 51), (5.8 / 6, 1, 1)), (.black, (0, 0, 0)),
            (.white, (0, 0, 1)), (Color(102, 51, 51), (0, 0.5, 0.4)), (Color(51, 102, 102), (0.5, 0.5, 0.4)),
        ] {
            let hsv = HSV(color.red, color.green, color.blue)
            #expect(abs(hsv.hue - expected.0) < 1e-12 && abs(hsv.saturation - expected.1) < 1e-12, "\(color)")
            #expect(abs(hsv.value - expected.2) < 1e-12, "\(color)")
        }
    }

    @Test func huesAreCounted() {
        // Red, yellow, blue and gray; of four bins red and gray fall into the first, and yellow too: 1/6 < 1/4.
        let image = Image(
            width: 2, height: 2, channels: 3, pixels: [255, 0, 0, 255, 255, 0, 0, 0, 255, 7, 7, 7])
        #expect(HueHistogram(bins: 4)(image) == [0.75, 0, 0.25, 0])
        #expect(HueHistogram(bins: 12)(image) == [0.5, 0, 0.25, 0, 0, 0, 0, 0, 0.25, 0, 0, 0])
    }

    @Test func colorsAreFoundInTheirCells() {
        // Above red and black, below white and white: 2 × 2 cells, 2 bins each.
        let image = Image(
            width: 2, height: 2, channels: 3, pixels: [255, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255])
        let features = ColorCells(grid: 2, hues: 2, saturations: 2, values: 2)
        let found = features(image)
        // Cell · 8 + hue · 4 + saturation · 2 + value.
        #expect(found.count == 32 && found.indices.filter { found[$0] == 1 } == [3, 8, 17, 25])
        #expect(ColorCells(grid: 1, hues: 2, saturations: 2, values: 2)(image) == [1, 1, 0, 1, 0, 0, 0, 0])
        // Sides that the grid does not divide: every pixel still has one cell.
        let odd = ColorCells(grid: 5, hues: 1, saturations: 1, values: 1)(pattern(32, 13, 3))
        #expect(odd == [Float](repeating: 1, count: 25))
    }

    @Test func tilesAreFoundWhereTheyWereCut() {
        let images = LabeledImages(
            Tensor(pattern(9, 16, 3).pixels, shape: [2, 8, 9, 3]), Tensor([0, 0]), classNames: ["a"])
        let tiles = TextureTiles(6, of: images, side: 3, seed: 5)
        let rows = images.featureRows { tiles($0) }
        #expect(tiles.tiles.shape == [6, 27] && rows.shape == [2, 6])
        // By the definition, place by place.
        for index in 0..<2 {
            let image = images.image(index)
            for tile in 0..<6 {
                var nearest = Float.infinity
                for y in 0...5 {
                    for x in 0...6 {
                        let place = image.cropped(x: x, y: y, width: 3, height: 3).pixels.map { Float($0) / 255 }
                        let squares = zip(place, tiles.tiles[tile].scalars).map { ($0 - $1) * ($0 - $1) }
                        nearest = min(nearest, squares.reduce(0, +).squareRoot())
                    }
                }
                // Near 0 the root of a difference of squares is worth few digits.
                #expect(abs(rows.element(at: index, tile) - nearest) < (nearest < 0.01 ? 5e-3 : 1e-5))
            }
        }
        // Each tile comes from one of the two.
        #expect((0..<6).allSatisfy { min(rows.element(at: 0, $0), rows.element(at: 1, $0)) < 5e-3 })
        #expect(TextureTiles(6, of: images, side: 3, seed: 5).tiles == tiles.tiles)
        #expect(TextureTiles(6, of: images, side: 3, seed: 6).tiles != tiles.tiles)
    }

    @Test func featuresDoNotDependOnTheThreads() {
        let images = GeneratedDigits(training: 60, test: 1).training
        let before = Parallel.threads
        defer { Parallel.threads = before }
        let descriptor = HOG(cellSize: 7)
        let rows = [1, 4].map { threads -> Tensor<Float> in
            Parallel.threads = threads
            return images.featureRows { descriptor($0) }
        }
        #expect(rows[0] == rows[1] && rows[0].shape == [60, 324])
    }

    @Test func gradientsAreDrawn() {
        var image = Image(width: 16, height: 16, channels: 1, filledWith: 40)
        for y in 0..<16 { for x in 8..<16 { image[y, x] = 200 } }
        let drawn = HOGImage(image, HOG()).drawn(magnification: 4)
        #expect(drawn.width == 64 && drawn.channels == 3)
        // The edge stands upright; the lines do too, but for the 10° of their direction's middle.
        #expect(drawn[16, 16, 0] > 200 && drawn[4, 18, 0] > 200 && drawn[16, 4, 0] < 40)
        let flat = HOGImage(Image(width: 8, height: 8, channels: 1, filledWith: 90), HOG()).drawn(magnification: 1)
        #expect(flat.pixels.allSatisfy { $0 == 45 })
    }
}

extension Image {
    /// Rows become columns.
    fileprivate var rotated: Image {
        var turned = Image(width: height, height: width, channels: channels)
        for y in 0..<height { for x in 0..<width { turned[x, y] = self[y, x] } }
        return turned
    }
}
