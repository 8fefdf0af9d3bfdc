import Foundation
import Gradus
import Testing

@testable import GradusTraining

enum Kept: String, FlagValue, CaseIterable { case last, highest, lowest }

/// A crash that a test asks for.
struct Crash: Error {}

/// A training of 5 steps an epoch that takes a moment and has everything that a checkpoint must hold.
struct Training: TrainingCommand {
    static let name = "train"
    static let summary = "learns."

    @Flag("passes", 1...100, onResume: true) var epochs = 2
    @Flag("the most steps", 1...1000, onResume: true) var steps: Int?
    @Flag("steps from one evaluation to the next", onResume: true) var evaluateEvery: Int?
    @Flag("evaluations without a better one") var patience: Int?
    @Flag("batches for a step of the optimizer", 1...9) var accumulation = 1
    @Flag("the step after which it fails", onResume: true) var crashAt = 0
    @Flag("the values of the evaluations; their number is the last one's") var scores: [Float] = []
    @Flag("which network is kept") var keep = Kept.last
    @Flag("chooses the data", onResume: true) var dataSeed = 1
    @Flag("step size", above: 0) var learningRate: Float = 0.01

    func run(_ experiment: Experiment) throws {
        let x = Tensor<Float>(normal: [20, 3], using: RandomGenerator(seed: UInt64(dataSeed)))
        let model = experiment.seeded {
            Sequential {
                Dense(3, 4, activation: .tanh)
                Dropout(0.5)
                Dense(4, 1)
            }
        }
        let learner = Learner(
            model, Adam(learningRate: learningRate), clipNorm: 1, averaging: 0.9, accumulation: accumulation)
        let trainer = Trainer<Tensor<Float>>(learner, random: experiment.random) { model, x, pass in
            (model(x, pass) - x.sum(axes: [1], keepingAxes: true)).squared().mean()
        }
        trainer.hooks.afterStep.append { if $0 == crashAt { throw Crash() } }
        var seen = 0
        trainer.hooks.beforeStep.append { _ in seen += 1 }
        experiment.keep(
            "seen",
            .value {
                seen
            } set: {
                seen = $0
            })
        experiment.keep("classes", ["a", "b"])
        experiment.describe(["data": "20 rows"])
        try write("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", experiment.file("images/dot.svg"))

        var plan = Experiment.Plan(epochs: epochs, batches: 5, batchSize: 4)
        (plan.steps, plan.evaluateEvery, plan.patience, plan.fingerprint) = (
            steps, evaluateEvery, patience, "\(dataSeed)"
        )
        plan.keep = keep == .last ? .last : keep == .highest ? .highest : .lowest
        try experiment.train(trainer, plan) { epoch, first in
            let order = randomPermutation(20, using: RandomGenerator(seed: UInt64(experiment.seed(epoch))))
            return (first..<5).map { batch in
                x.gathering(Tensor(order[(4 * batch)..<(4 * batch + 4)].map { Int32($0) }))
            }
        } evaluate: {
            let number = experiment.evaluations.count
            let own = (model(x, .inference) - x.sum(axes: [1], keepingAxes: true)).squared().mean().item
            return [Metric("error", Double(scores.isEmpty ? own : scores[min(number, scores.count - 1)]))]
        }
        try experiment.finish([
            Metric("error", experiment.best?["error"] ?? .nan, atMost: 100), Metric("seen", Double(seen)),
        ])
    }
}

/// Runs the training in a folder.
func train(_ folder: String, _ arguments: String...) throws {
    try Program("x", [Training.self]).run(["--smoke", "--out", folder] + arguments)
}

/// Continues it; what was asked to fail does not any more.
func resume(_ folder: String, _ arguments: String...) throws {
    try Program("x", [Training.self]).run(["--resume", "--out", folder, "--crash-at", "0"] + arguments)
}
