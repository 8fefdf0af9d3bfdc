import GradusEvaluation
import GradusVision
import Testing

@Suite struct ImageTests {
    @Test func samplesLieRowByRow() {
        let image = Image(width: 3, height: 2, channels: 3, pixels: Array(0..<18))
        #expect(image[1, 2, 0] == 15)
        #expect(image[0, 1, 2] == 5)
    }

    // PIL.Image.fromarray(pattern).convert("L"), Pillow 13.0.0
    @Test func grayIsThatOfPillow() {
        #expect(pattern(6, 2, 3).gray().pixels == [46, 83, 165, 123, 126, 174, 137, 187, 55, 74, 90, 103])
    }

    @Test func grayThroughColorAndBackIsUnchanged() {
        let gray = Image(width: 256, height: 1, channels: 1, pixels: Array(0...255))
        #expect(gray.color().pixels.count == 768)
        #expect(gray.color()[0, 200, 2] == 200)
        #expect(gray.color().gray() == gray)
    }

    @Test func invertingTwiceIsUnchanged() {
        #expect(pattern(5, 3, 3).inverted().inverted() == pattern(5, 3, 3))
        #expect(Image(width: 1, height: 1, channels: 1, filledWith: 20).inverted().pixels == [235])
    }

    @Test func croppingTakesThePart() {
        let part = pattern(6, 5, 3).cropped(x: 2, y: 1, width: 3, height: 2)
        #expect(part.width == 3 && part.height == 2)
        #expect(part[1, 2, 1] == pattern(6, 5, 3)[2, 4, 1])
    }

    @Test func flippingMirrorsOneAxis() {
        let image = pattern(5, 4, 3)
        #expect(image.flippedHorizontally()[1, 0, 2] == image[1, 4, 2])
        #expect(image.flippedVertically()[0, 3, 1] == image[3, 3, 1])
        #expect(image.flippedHorizontally().flippedHorizontally() == image)
        #expect(image.flippedVertically().flippedVertically() == image)
    }

    @Test func aWrongSampleCountNamesTheCaller() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            makeImageOfTooFewSamples()
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("ImageTests.swift:"), "\(message)")
        #expect(message.contains("2 × 2 × 3 needs 12 samples, got 3"))
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func makeImageOfTooFewSamples() {
    _ = Image(width: 2, height: 2, channels: 3, pixels: [1, 2, 3])
}
