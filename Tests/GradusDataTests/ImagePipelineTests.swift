import Foundation
import Gradus
import GradusData
import Synchronization
import Testing

/// Batches of changed images: the same bits on any number of threads, in any order, and from any batch on.
@Suite struct ImagePipelineTests {
    private let set = GeneratedDigits(training: 53, test: 10).training
    private let pipeline = ImagePipeline(
        [
            RandomCrop(height: 24, width: 20), PadAndCrop(2), HorizontalFlip(), RandomBrightness(), RandomContrast(),
        ], normalization: .perImage, cutout: Cutout(side: 5), mixup: Mixup(alpha: 0.3))

    private func batches(
        of set: LabeledImages, epoch: Int = 3, from first: Int = 0, threads: Int = 1, dropsLast: Bool = false
    ) -> [ImageBatch] {
        Array(
            set.batches(
                of: 8, through: pipeline, seed: 7, epoch: epoch, from: first, dropsLast: dropsLast, threads: threads))
    }

    @Test(arguments: [1, 2, 4]) func bitsDoNotDependOnTheThreads(_ threads: Int) {
        let (one, many) = (batches(of: set), batches(of: set, threads: threads))
        #expect(one.count == 7 && many.count == 7 && one.last?.labels.count == 5)
        for (a, b) in zip(one, many) {
            #expect(a.images == b.images && a.labels == b.labels && a.mixture?.labels == b.mixture?.labels)
            #expect(a.mixture?.share == b.mixture?.share)
        }
        #expect(batches(of: set, threads: threads, dropsLast: true).count == 6)
    }

    @Test func anEpochGoesOnInItsMiddle() {
        let (whole, rest) = (batches(of: set), batches(of: set, from: 4, threads: 2))
        #expect(rest.count == 3)
        for (a, b) in zip(whole[4...], rest) { #expect(a.images == b.images && a.labels == b.labels) }
        #expect(batches(of: set, from: 9).isEmpty)
    }

    @Test func epochsAndSeedsDifferAndAImageKeepsItsChanges() {
        #expect(batches(of: set)[0].images != batches(of: set, epoch: 4)[0].images)
        var plain = pipeline
        plain.mixup = nil
        let all = Array(set.batches(of: 53, through: plain, seed: 7, epoch: 1))[0].images
        // The same images in another order, in other batches: each is changed as before.
        let order = randomPermutation(53, using: RandomGenerator(seed: 2))
        let moved = set.choosing(order).batches(of: 9, through: plain, seed: 7, epoch: 1)
        for (index, batch) in moved.enumerated() {
            for row in 0..<batch.labels.count { #expect(batch.images[row] == all[order[9 * index + row]]) }
        }
        let other = Array(set.batches(of: 53, through: plain, seed: 8, epoch: 1))[0].images
        #expect(other != all)
    }

    @Test func nothingIsRandomInEvaluation() {
        let evaluation = pipeline.forEvaluation
        let twice = [1, 2].map { Array(set.batches(of: 53, through: evaluation, seed: $0, epoch: $0))[0] }
        #expect(twice[0].images == twice[1].images && twice[0].mixture == nil)
        #expect(twice[0].images.shape == [53, 24, 20, 1])
        // The same from pixels as from the set.
        #expect(evaluation(set.batch(0..<53).images) == twice[0].images)
        #expect(
            Array(set.batches(of: 53, through: ImagePipeline(), seed: 1, epoch: 1))[0].images
                == set.batch(0..<53).images)
    }

    @Test func mixturesAreSumsOfTwoImagesAndTheirLosses() throws {
        let plain = set.batch(0..<8)
        let batch = Array(
            set.batches(of: 8, through: ImagePipeline(mixup: Mixup(alpha: 1)), seed: 5, epoch: 1))[0]
        let mixture = try #require(batch.mixture)
        let share = mixture.share
        #expect(share > 0 && share < 1)
        for row in 0..<8 {
            let fits = (0..<8).contains { other in
                let sum = plain.images[row] * (1 - share) + plain.images[other] * share
                return (sum - batch.images[row]).absoluteValue().max().item < 1e-6
                    && plain.labels.element(at: other) == mixture.labels.element(at: row)
            }
            #expect(fits)
        }
        let scores = Tensor<Float>(normal: [8, 10], using: RandomGenerator(seed: 1))
        let targets =
            batch.labels.oneHot(10, as: Float.self) * (1 - share) + mixture.labels.oneHot(10, as: Float.self) * share
        let expected = softmaxCrossEntropy(scores, targets: targets).item
        #expect(abs(batch.crossEntropy(scores).item - expected) < 1e-5)
    }

    /// Beta(α, α) has mean 1/2 and variance 1 / (4 (2α + 1)).
    @Test(arguments: [0.2, 1.0, 4.0]) func sharesAreDrawnFromBeta(_ alpha: Double) {
        let one = set.prefix(1)
        let shares = (0..<4000).map { epoch in
            Double(
                Array(one.batches(of: 1, through: ImagePipeline(mixup: Mixup(alpha: alpha)), seed: 1, epoch: epoch))[
                    0
                ]
                .mixture?.share ?? .nan)
        }
        let mean = shares.reduce(0, +) / 4000
        let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        #expect(abs(mean - 0.5) < 0.025)
        #expect(abs(variance * 4 * (2 * alpha + 1) - 1) < 0.1)
    }

    /// No thread is further ahead of the consumer than the queue is long.
    @Test func theThreadsDoNotRunFarAhead() {
        let taken = Atomic(0)
        let furthest = Atomic(0)
        let work = OrderedWork(0..<1000, threads: 3, ahead: 2) { number in
            furthest.max(number - taken.load(ordering: .sequentiallyConsistent), ordering: .sequentiallyConsistent)
            return number
        }
        for (position, number) in work.enumerated() {
            #expect(position == number)
            taken.store(position + 1, ordering: .sequentiallyConsistent)
        }
        // Two may wait, two more are being made, and the last one taken is counted late.
        #expect(furthest.load(ordering: .sequentiallyConsistent) < 2 + 3)
    }

    @Test func aQueueThatNobodyEmptiesEnds() {
        let iterator = OrderedWork(0..<1000, threads: 3, ahead: 2) { $0 }.makeIterator()
        #expect((0..<5).map { _ in iterator.next() } == [0, 1, 2, 3, 4])
    }
}
