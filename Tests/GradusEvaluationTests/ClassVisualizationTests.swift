import Gradus
import GradusEvaluation
import Testing

@Suite struct ClassVisualizationTests {
    private let model = withRandomSeed(3) {
        Sequential {
            Conv2D(3, 8, kernel: 3, padding: .same, activation: .relu)
            MaxPool2D(2)
            Conv2D(8, 8, kernel: 3, padding: .same, activation: .relu)
            Flatten()
            Dense(8 * 36, 5)
        }
    }

    private func probability(_ image: Tensor<Float>, _ classIndex: Int) -> Float {
        model(image.reshaped(to: [1, 12, 12, 3]), .inference).softmax().element(at: 0, classIndex)
    }

    @Test func theScoreOfTheClassRises() {
        var rules = ClassVisualization()
        (rules.steps, rules.rate) = (40, 0.2)
        for classIndex in [0, 4] {
            let start = Tensor<Float>(normal: [12, 12, 3], deviation: 0.1, using: RandomGenerator(seed: 1))
            let made = rules(of: model, classIndex: classIndex, shape: [12, 12, 3], using: RandomGenerator(seed: 1))
            #expect(made.shape == [12, 12, 3])
            let rise = probability(made, classIndex) - probability(start, classIndex)
            #expect(rise > 0.05, "\(rise)")
        }
    }

    @Test func limitsHoldAndTheSeedDecides() {
        var rules = ClassVisualization()
        (rules.steps, rules.rate, rules.decay) = (15, 0.5, 0)
        rules.limits = (low: [-1, -0.5, 0], high: [1, 0.5, 0.25])
        let made = rules(of: model, classIndex: 1, shape: [12, 12, 3], using: RandomGenerator(seed: 1))
        for (channel, range) in [-1...1, -0.5...0.5, 0...0.25].enumerated() as EnumeratedSequence<[ClosedRange<Float>]>
        {
            let values = made.slice(axis: 2, channel..<(channel + 1))
            #expect(values.min().item == range.lowerBound && values.max().item == range.upperBound)
        }
        #expect(rules(of: model, classIndex: 1, shape: [12, 12, 3], using: RandomGenerator(seed: 1)) == made)
        #expect(rules(of: model, classIndex: 1, shape: [12, 12, 3], using: RandomGenerator(seed: 2)) != made)
    }
}
