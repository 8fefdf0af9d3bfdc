import Gradus
import GradusData
import Testing

/// Each change of an image against numbers that were worked out by hand, and what must hold for whatever is drawn.
@Suite struct AugmentationTests {
    /// 3 × 3 pixels of one channel: 1 to 9.
    private let small = ImagePixels(height: 3, width: 3, channels: 1, values: (1...9).map(Float.init))

    private func changed(_ image: ImagePixels, _ transform: some ImageTransform, seed: UInt64) -> ImagePixels {
        var (image, random) = (image, RandomWords(RandomGenerator(seed: seed)))
        transform.apply(to: &image, using: &random)
        return image
    }

    /// All results of 400 draws.
    private func results(_ image: ImagePixels, _ transform: some ImageTransform) -> Set<[Float]> {
        Set((0..<400).map { changed(image, transform, seed: $0).values })
    }

    @Test func aPaddedImageComesInEveryPosition() {
        let all = results(small, PadAndCrop(1, fill: -1))
        #expect(all.count == 9)
        #expect(all.contains([-1, -1, -1, -1, 1, 2, -1, 4, 5]))
        #expect(all.contains([5, 6, -1, 8, 9, -1, -1, -1, -1]))
        #expect(all.contains(small.values))
        // A move by more than the image's size shows nothing of it, and must not read beside it.
        #expect(results(small, PadAndCrop(5)).contains(Array(repeating: 0, count: 9)))
    }

    @Test func windowsAreInsideAndEvaluationTakesTheCenter() throws {
        let all = results(small, RandomCrop(height: 2, width: 2))
        #expect(all == [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]])
        let wide = ImagePixels(height: 1, width: 5, channels: 2, values: (0..<10).map(Float.init))
        let middle = try #require(RandomCrop(height: 1, width: 3).forEvaluation)
        var (image, random) = (wide, RandomWords(RandomGenerator(seed: 1)))
        middle.apply(to: &image, using: &random)
        #expect(image.shape == [1, 3, 2] && image.values == [2, 3, 4, 5, 6, 7])
        #expect(RandomCrop(height: 2, width: 2).outputShape([3, 3, 1]) == [2, 2, 1])
    }

    @Test func halfOfTheImagesAreTurnedAround() {
        let color = ImagePixels(height: 1, width: 3, channels: 2, values: [1, 2, 3, 4, 5, 6])
        let all = (0..<400).map { changed(color, HorizontalFlip(), seed: $0).values }
        let turned = all.filter { $0 == [5, 6, 3, 4, 1, 2] }.count
        #expect(all.allSatisfy { $0 == color.values || $0 == [5, 6, 3, 4, 1, 2] })
        #expect((150...250).contains(turned))
    }

    @Test func lightIsAddedOnceForAImage() {
        for seed in 0..<50 {
            let bright = changed(small, RandomBrightness(0.25), seed: UInt64(seed)).values
            let change = bright[0] - 1
            #expect(abs(change) <= 0.25)
            #expect(zip(bright, small.values).allSatisfy { abs($0 - $1 - change) < 1e-6 })
        }
        #expect(Set((0..<50).map { changed(small, RandomBrightness(0.25), seed: $0).values[0] }).count > 45)
    }

    @Test func contrastTurnsAboutEachChannelsMean() {
        let color = ImagePixels(height: 1, width: 2, channels: 2, values: [1, 10, 3, 30])
        // Means 2 and 20: with the factor 0.5 what is left of the distances is a half.
        #expect(changed(color, RandomContrast(0.5...0.5), seed: 1).values == [1.5, 15, 2.5, 25])
        let factors = (0..<100).map { 2 - changed(color, RandomContrast(), seed: $0).values[0] }
        #expect(factors.allSatisfy { (0.2...1.8).contains($0) } && (factors.max() ?? 0) - (factors.min() ?? 0) > 1.4)
    }

    @Test func coveredSquaresAreCutAtTheBorder() {
        let all = results(small, Cutout(side: 2, fill: 0))
        // The middle at pixel (0, 0) covers rows and columns −1 and 0; at (2, 2) those of 1 and 2.
        #expect(all.count == 9)
        #expect(all.contains([0, 2, 3, 4, 5, 6, 7, 8, 9]))
        #expect(all.contains([1, 2, 3, 4, 0, 0, 7, 0, 0]))
        #expect(results(small, Cutout(side: 9, fill: 7)).contains(Array(repeating: 7, count: 9)))
    }

    @Test func channelsAndMeanImageComeFromTheSet() {
        let set = LabeledImages(
            Tensor<UInt8>([0, 100, 100, 100, 50, 200, 150, 200], shape: [2, 1, 2, 2]), Tensor([0, 1]),
            classNames: ["a", "b"])
        let channels = ImagePreprocessing.Normalization.perChannel(fitting: set)
        guard case .perChannel(let mean, let deviation) = channels else {
            Issue.record("\(channels)")
            return
        }
        // First channel 0, 100, 50, 150: mean 75, variance 3125; second 100, 100, 200, 200: mean 150, deviation 50.
        #expect(zip(mean, [75.0 / 255, 150.0 / 255]).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        #expect(zip(deviation, [55.9017 / 255, 50.0 / 255]).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        let values = channels(Tensor([75.0 / 255, 200.0 / 255], shape: [1, 1, 1, 2])).scalars
        #expect(abs(values[0]) < 1e-5 && abs(values[1] - 1) < 1e-5)

        let difference = ImagePreprocessing.Normalization.meanImage(fitting: set)(
            Tensor([0, 100, 100, 100].map { $0 / 255 }, shape: [1, 1, 2, 2]))
        #expect(zip(difference.scalars, [-25, -50, -25, -50]).allSatisfy { abs($0 - $1) < 1e-4 })
    }
}
