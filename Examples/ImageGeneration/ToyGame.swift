import Foundation
import Gradus
import GradusTraining
import GradusVision

/// The game in one dimension: numbers from a bell curve are real, the generator makes numbers of its own.
extension Train {
    func checkToy() throws {
        for (name, isGiven) in [
            (source.$dataset.name, source.dataset != nil), (source.$data.name, source.data != nil),
            (source.$size.name, source.size != nil), ($conditional.name, conditional),
        ] where isGiven { throw $toy.error("the game is one with numbers, not with images; leave \(name) out") }
    }

    func playToy(_ experiment: Experiment) throws {
        let (mean, deviation) = (Float(1), Float(0.6))
        let steps = experiment.size == .smoke ? 400 : 3000
        // Both networks are dense and small, so that a step takes well under a millisecond.
        let (generator, discriminator) = experiment.seeded {
            (
                Sequential {
                    Dense(1, 32, activation: .tanh)
                    Dense(32, 32, activation: .tanh)
                    Dense(32, 1)
                },
                Sequential {
                    Dense(1, 32, activation: .leakyRelu())
                    Dense(32, 32, activation: .leakyRelu())
                    Dense(32, 1)
                }
            )
        }
        // Two players who chase each other come to rest only when they take smaller and smaller steps.
        func learner(_ model: Sequential, _ rate: Float) -> Learner<Sequential> {
            Learner(model, Adam(beta1: 0.5), schedule: Schedule { rate * (1 - Float($0) / Float(steps)) })
        }
        let (generatorLearner, discriminatorLearner) = (learner(generator, 5e-4), learner(discriminator, 6 * 5e-4))
        let (loss, random) = (AdversarialLoss.logistic, experiment.random)
        let game = Trainer<Int>(
            [("toy-generator", generatorLearner), ("toy-discriminator", discriminatorLearner)], random: random
        ) { _, pass in
            let real = Tensor<Float>(
                normal: [256, 1], mean: Double(mean), deviation: Double(deviation), using: random)
            let noise = Tensor<Float>(normal: [256, 1], using: random)
            let discriminatorLoss = try discriminatorLearner.minimize {
                loss.discriminator(
                    real: discriminator(real, pass), fake: discriminator(generator(noise, .inference), pass))
            }
            let generatorLoss = try generatorLearner.minimize {
                loss.generator(fake: discriminator(generator(noise, pass), pass))
            }
            return [("discriminator_loss", discriminatorLoss), ("generator_loss", generatorLoss)]
        }

        // The same noise in every image of the film.
        let film = try Film(experiment.directory("toy"))
        let noise = Tensor<Float>(normal: [4000, 1], using: RandomGenerator(seed: UInt64(experiment.seed) ^ 0x70E))
        let axis = Tensor<Float>((0..<201).map { -2 + 6 * Float($0) / 200 }, shape: [201, 1])
        func show(_ step: Int) throws {
            guard step % (steps / 60) == 0 else { return }
            let belief = discriminator(axis, .inference).sigmoid().scalars
            let image = ToyImage(step, made: generator(noise, .inference).scalars, belief, mean, deviation).drawn()
            try film.add(image, step)
        }
        game.hooks.afterStep.append(show)
        if !experiment.folder.isResumed { try show(0) }
        experiment.describe([
            "data": "numbers from a bell curve, mean \(mean), deviation \(deviation)",
            "training": "\(steps) steps, some seconds",
        ])
        func measure() -> [Metric] {
            let (made, isWhole) = (generator(noise, .inference), steps >= 3000)
            return [
                Metric("mean", Double(made.mean().item), expected: isWhole ? 0.85...1.15 : nil),
                Metric(
                    "deviation", Double((made - made.mean()).squared().mean().item).squareRoot(),
                    expected: isWhole ? 0.45...0.75 : nil),
            ]
        }
        try experiment.train(game, Experiment.Plan(epochs: 1, batches: steps, batchSize: 256)) { _, first in
            first..<steps
        } evaluate: {
            measure()
        }
        try film.animation(secondsPerFrame: 0.12).write(to: experiment.file("toy.png"))
        let images = try film.frames().map(\.image)
        try images[0].write(to: experiment.file("toy-first.png"))
        try images[images.count - 1].write(to: experiment.file("toy-last.png"))
        try experiment.finish(measure())
    }
}

/// One image of the game in one dimension: the bell curve, a histogram of made numbers, and the discriminator's belief.
private struct ToyImage {
    private let step: Int
    private let made: [Float]
    /// The probability that a number is real, at equal distances over ``range``.
    private let belief: [Float]
    private let mean: Float
    private let deviation: Float

    /// The numbers that are shown, from left to right, and the lengths on the page.
    private let range: ClosedRange<Float> = -2...4
    private let width = 560
    private let left = 40
    private let bottom = 320
    private let top = 50

    init(_ step: Int, made: [Float], _ belief: [Float], _ mean: Float, _ deviation: Float) {
        (self.step, self.made, self.belief, self.mean, self.deviation) = (step, made, belief, mean, deviation)
    }

    private func column(_ x: Float) -> Int { left + Int(Float(width) * (x - range.lowerBound) / 6) }
    // Densities up to 1 fill the height, and so does a belief of 1.
    private func row(_ y: Float) -> Int { bottom - Int(Float(bottom - top) * min(1.05, y)) }

    func drawn() -> Image {
        var canvas = Canvas(width: width + 2 * left, height: 360)
        let (orange, blue, green) = (Color(hex: 0xE8A07A), Color(hex: 0x1D5FA5), Color(hex: 0x2F8F57))
        let (bins, binWidth) = (60, Float(0.1))
        var counts = [Int](repeating: 0, count: bins)
        for number in made where range.contains(number) {
            counts[min(bins - 1, Int((number - range.lowerBound) / binWidth))] += 1
        }
        for (bin, count) in counts.enumerated() {
            let x = range.lowerBound + Float(bin) * binWidth
            let y = row(Float(count) / Float(made.count) / binWidth)
            canvas.fill(
                x: column(x), y: y, width: column(x + binWidth) - column(x) - 1, height: bottom - y, orange)
        }
        let bell = (0..<width).map { index in
            let z = (range.lowerBound + 6 * Float(index) / Float(width - 1) - mean) / deviation
            return exp(-z * z / 2) / (deviation * (2 * Float.pi).squareRoot())
        }
        for (values, color) in [(bell, blue), (belief, green)] {
            let places = values.enumerated().map { (x: left + width * $0 / (values.count - 1), y: row($1)) }
            for (a, b) in zip(places, places.dropFirst()) { canvas.line(from: a, to: b, color, thickness: 2) }
        }
        canvas.line(from: (left, bottom), to: (left + width, bottom), .gray(80))
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
}
