import Foundation
import Gradus
import GradusModels
import Testing

/// Both collapses are seen, and nothing else is taken for one.
@Suite struct CollapseWatchTests {
    private func findings(
        _ discriminator: Float, _ generator: Float, steps: Int = 1000, _ loss: AdversarialLoss = .logistic
    ) -> [ModeCollapseDetector.Finding] {
        var watch = ModeCollapseDetector()
        return (0..<steps).compactMap { _ in
            watch.note(discriminatorLoss: discriminator, generatorLoss: generator, loss: loss)
        }
    }

    @Test func aSideThatWinsIsSeenOnce() {
        #expect(findings(0.01, 9) == [.discriminatorWon])
        #expect(findings(3, 0.01) == [.generatorWon])
        #expect(findings(1, 1.3) == [])
        #expect(findings(0.01, 9, steps: 199) == [])
        // A hinge loss of the generator is a score, and Wasserstein's losses have no zero.
        #expect(findings(1.5, 0, .hinge) == [] && findings(0, 0, .wasserstein) == [])
        #expect(findings(0, 4, .hinge) == [.discriminatorWon])
    }

    @Test func shortVisitsAreNothing() {
        var watch = ModeCollapseDetector()
        let seen = (0..<2000).compactMap { index in
            watch.note(discriminatorLoss: index % 150 < 60 ? 0.01 : 1, generatorLoss: 2, loss: .logistic)
        }
        #expect(seen == [])
    }

    @Test(arguments: [
        // As recorded: healthy, small and rising, and collapsed.
        ([0.79, 0.89, 0.98, 0.99, 1.01, 1.03, 1.04, 1.03], false),
        ([0.23, 0.29, 0.31, 0.36, 0.40, 0.44, 0.49, 0.55], false),
        ([0.95, 0.94, 0.87, 0.76, 0.75, 0.61, 0.67, 0.56], true),
        ([0.12, 0.11, 0.12, 0.11, 0.10, 0.11, 0.11, 0.11], true),
    ])
    func samplesThatBecomeAlikeAreSeen(_ varieties: [Double], _ isCollapse: Bool) {
        var watch = ModeCollapseDetector()
        let seen = varieties.enumerated().compactMap { watch.note(variety: $1, step: 300 + 100 * $0) }
        #expect(seen == (isCollapse ? [.modeCollapse] : []))
        #expect(watch.findings == seen)
    }

    @Test func varietyIsOneForAsManyDifferentImages() {
        let real = Tensor<Float>(uniform: [32, 8, 8, 1], using: RandomGenerator(seed: 1))
        let others = Tensor<Float>(uniform: [32, 8, 8, 1], using: RandomGenerator(seed: 2))
        #expect(abs(sampleVariety(of: others, against: real) - 1) < 0.05)
        // Four images, eight times each, with a little noise.
        let few = Tensor.concatenated(Array(repeating: real[..<4], count: 8)) + 0.01 * others
        #expect(sampleVariety(of: few, against: real) < 0.05)
    }

    @Test func theSphericalWayKeepsTheLength() {
        let ends = Tensor<Float>(normal: [2, 100], using: RandomGenerator(seed: 3))
        func length(_ x: Tensor<Float>) -> Float { x.squared().sum().squareRoot().item }
        let (a, b) = (ends[0] / length(ends[0]), ends[1] / length(ends[1]))
        #expect((sphericalInterpolation(a, b, 0) - a).absoluteValue().max().item < 1e-6)
        #expect((sphericalInterpolation(a, b, 1) - b).absoluteValue().max().item < 1e-6)
        for t in [0.2, 0.5, 0.7] { #expect(abs(length(sphericalInterpolation(a, b, t)) - 1) < 1e-5) }
        // A third of the way is a third of the angle.
        let third = acos((a * sphericalInterpolation(a, b, 1 / 3)).sum().item)
        #expect(abs(3 * third - acos((a * b).sum().item)) < 1e-4)
        #expect((sphericalInterpolation(a, a, 0.5) - a).absoluteValue().max().item < 1e-6)
    }
}
