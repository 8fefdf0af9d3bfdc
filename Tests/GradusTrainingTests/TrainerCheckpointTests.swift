import Foundation
import Gradus
import Testing

@testable import GradusTraining

@Suite struct TrainerCheckpointTests {
    private func trainer(_ model: Dense, _ rate: Float = 1) -> Trainer<Float> {
        Trainer(model, SGD(learningRate: rate), random: RandomGenerator(seed: 1)) { model, factor, _ in
            model.weight.value.sum() * factor
        }
    }

    /// Two models in one step, as of a GAN: both learn, both are in one file.
    @Test func severalModelsLearnInOneStep() throws {
        func models() -> (Learner<Dense>, Learner<Dense>, Trainer<Float>) {
            let a = Learner(Dense(weight: Tensor([[1]]), bias: nil), SGD(learningRate: 1))
            let b = Learner(Dense(weight: Tensor([[2]]), bias: nil), Adam(learningRate: 1), averaging: 0.5)
            let trainer = Trainer<Float>([("a", a), ("b", b)], random: RandomGenerator(seed: 3)) { factor, _ in
                let first = try a.minimize { a.model.weight.value.sum() * factor }
                let second = try b.minimize { b.model.weight.value.sum() * factor }
                return [("a_loss", first), ("b_loss", second)]
            }
            return (a, b, trainer)
        }
        try withFolder { folder in
            let (a, b, trainer) = models()
            #expect(try trainer.step(3) == 3)
            #expect(trainer.figures.map(\.name) == ["a_loss", "b_loss"] && trainer.figures[1].value == 6)
            #expect(a.model.weight.value.item == -2 && abs(b.model.weight.value.item - 1) < 1e-5)
            try trainer.save(to: "\(folder)/c")
            let (c, d, other) = models()
            try other.resume(from: "\(folder)/c")
            for trainer in [trainer, other] { try trainer.step(1) }
            #expect(a.model.namedTensors == c.model.namedTensors && b.model.namedTensors == d.model.namedTensors)
            #expect(b.averages?.values == d.averages?.values && other.position == trainer.position)
        }
    }

    @Test func anotherTrainingMayBeginWithTheWeights() throws {
        try withFolder { folder in
            let first = trainer(Dense(weight: Tensor([[1]]), bias: nil))
            for _ in 0..<3 { try first.step(1) }
            try first.save(to: "\(folder)/c")
            let model = Dense(weight: Tensor([[9]]), bias: nil)
            let second = trainer(model)
            try second.start(from: "\(folder)/c")
            #expect(model.weight.value.item == -2 && second.position == TrainingPosition())
            let third = trainer(model)
            try third.start(from: "\(folder)/c", takingPosition: true)
            #expect(third.position.step == 3)
        }
    }

    /// The step before may have been the one that broke a weight while its own loss was a number still.
    @Test func aBrokenWeightDoesNotReplaceTheLastGoodCheckpoint() throws {
        try withFolder { folder in
            let trainer = trainer(Dense(weight: Tensor([[1]]), bias: nil), 3e38)
            try trainer.save(to: "\(folder)/c")
            let before = try bytes("\(folder)/c")
            try trainer.step(4)
            let error = #expect(throws: DivergenceError.self) { try trainer.save(to: "\(folder)/c") }
            #expect(error?.description.contains("\"weight\" is not finite after step 1") == true)
            #expect(error?.description.contains("The checkpoint is kept, but it is that of the beginning.") == true)
            #expect(try bytes("\(folder)/c") == before)
        }
    }
}
