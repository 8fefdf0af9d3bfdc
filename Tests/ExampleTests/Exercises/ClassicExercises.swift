import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusSVM
import GradusVision
import Testing

/// The exercises of chapter 04 have solutions that hold.
@Suite struct ClassicExercises {
    @Test func theKernelIsAProductOfSixNumbers() {
        let random = RandomGenerator(seed: 1)
        for _ in 0..<20 {
            let (x, z) = (
                Tensor<Float>(normal: [2], using: random).scalars, Tensor<Float>(normal: [2], using: random).scalars
            )
            let kernel = (1 + x[0] * z[0] + x[1] * z[1]) * (1 + x[0] * z[0] + x[1] * z[1])
            let product = zip(quadraticFeatures(x), quadraticFeatures(z)).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(kernel - product) < 1e-4 * (1 + abs(kernel)))
        }
    }

    /// Distances and planes do not know which pixels are neighbors; gradients do.
    @Test func movedPixelsChangeGradientsAlone() throws {
        let set = GeneratedDigits(training: 300, test: 300)
        let moved = (withMovedPixels(set.training, seed: 7), withMovedPixels(set.test, seed: 7))
        func bytes(_ images: LabeledImages) -> Tensor<UInt8> {
            Tensor((0..<images.count).flatMap { images.pixels($0) }, shape: [images.count, 784])
        }
        let neighbors = [(set.training, set.test), moved].map { training, test in
            NearestNeighbors(bytes(training), .manhattan).nearest(3, to: bytes(test)).indices
        }
        #expect(neighbors[0] == neighbors[1])

        let descriptor = HOG(cellSize: 7)
        let shares = try [(set.training, set.test), moved].map { training, test in
            let rows = training.featureRows { descriptor($0) }
            let scale = FeatureScale(rows)
            let machine = try LinearSVM(
                scale(rows), Tensor((0..<300).map { Int32(training.label($0)) }), cost: 1)
            let found = machine(scale(test.featureRows { descriptor($0) })).scalars
            return Double((0..<300).filter { Int(found[$0]) == test.label($0) }.count) / 300
        }
        #expect(shares[0] > 0.85 && shares[1] < shares[0] - 0.1, "\(shares)")
    }

    @Test func descentFindsLiblinearsMinimum() throws {
        let random = RandomGenerator(seed: 2)
        let signs = Tensor((0..<80).map { Float($0 % 2 == 0 ? 1 : -1) })
        let cloud = Tensor<Float>(normal: [80, 3], using: random) + signs.expandingShape(at: 1) * 0.7
        // liblinear's bias is a feature that is always 1.
        let rows = Tensor.concatenated([cloud, Tensor(ones: [80, 1])], axis: 1)
        let mine = linearSVMByDescent(rows, signs: signs, cost: 0.1, steps: 4000)
        let labels = Tensor(signs.scalars.map { $0 > 0 ? Int32(1) : 0 })
        let theirs = try LinearSVM(cloud, labels, cost: 0.1, solver: .primal, tolerance: 1e-8)
        let own = theirs.classes.firstIndex(of: 1) ?? 0
        #expect(
            (mine.flattened() - theirs.weights.slice(axis: 1, own..<(own + 1)).flattened()).absoluteValue().max().item
                < 1e-3)
    }

    @Test func inManyDimensionsAllIsEquallyFar() {
        let shares = [2, 100, 10_000].map { dimensions in
            (1...5).map { nearestOfFarthest(dimensions: dimensions, seed: $0) }.reduce(0, +) / 5
        }
        #expect(shares[0] < 0.1 && (0.5...0.8).contains(shares[1]) && shares[2] > 0.93, "\(shares)")
    }

    @Test func peekingFindsWhatIsNotThere() throws {
        let (peeking, honest) = try (
            (1...5).map { try validationOfNoise(peeking: true, seed: $0) }.reduce(0, +) / 5,
            (1...5).map { try validationOfNoise(peeking: false, seed: $0) }.reduce(0, +) / 5
        )
        #expect(peeking > 0.85 && (0.35...0.65).contains(honest), "\(peeking) \(honest)")
    }

    @Test func twelveInARowAreHard() {
        #expect(abs(accuracyNeeded(images: 12, probability: 0.5) - 0.944) < 5e-4)
        #expect(abs(pow(0.827, 12) - 0.103) < 1e-3)
        #expect(abs(accuracyNeeded(images: 12, probability: 0.103) - 0.827) < 1e-3)
    }
}
