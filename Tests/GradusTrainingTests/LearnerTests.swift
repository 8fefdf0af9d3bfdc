import Foundation
import Gradus
import Testing

@testable import GradusTraining

@Suite struct LearnerTests {
    /// A layer whose loss is `factor · Σ w`, so that every element of the gradient is `factor`.
    private func layer(_ weights: [Float] = [1, 1]) -> Dense { Dense(weight: Tensor([weights]), bias: nil) }

    private func step(_ learner: Learner<Dense>, _ factor: Float) throws {
        try learner.minimize { learner.model.weight.value.sum() * factor }
    }

    /// k batches are one batch of k times the size, whatever is done with the gradient.
    @Test(arguments: [2, 4], [true, false]) func accumulationIsALargerBatch(_ parts: Int, clips: Bool) throws {
        let x = Tensor<Float>(normal: [8, 3], using: RandomGenerator(seed: 1))
        func learner(_ accumulation: Int) -> Learner<Dense> {
            Learner(
                withRandomSeed(2) { Dense(3, 2) }, clips ? Adam() : SGD(learningRate: 9),
                schedule: .step(0.1, factor: 0.5, at: [1]),
                clipNorm: clips ? 0.5 : nil, averaging: 0.9, accumulation: accumulation)
        }
        let (whole, cut) = (learner(1), learner(parts))
        for _ in 0..<3 {
            try whole.minimize { whole.model(x, .training).squared().mean() }
            for part in 0..<parts {
                #expect(cut.averages?.updates == whole.averages!.updates - 1)
                let rows = x[(8 / parts * part)..<(8 / parts * (part + 1))]
                try cut.minimize { cut.model(rows, .training).squared().mean() }
            }
        }
        for (name, tensor) in whole.model.namedTensors {
            let difference = (tensor - cut.model.namedTensors[name]!).scalars.map(abs).max() ?? 0
            #expect(difference < 1e-5, "\(name): \(difference)")
        }
        #expect(whole.averages?.updates == 3 && cut.averages?.updates == 3 && cut.batches == 3 * parts)
        #expect(cut.optimizer.learningRate == 0.05)
    }

    /// a ← d a + (1 − d) w, d = min(decay, (1 + n) / (10 + n)).
    @Test func averagesForgetTheirBeginning() throws {
        let learner = Learner(layer([0]), SGD(learningRate: 1), averaging: 0.25)
        var (mean, weight) = (Float(0), Float(0))
        for (n, decay) in [(1, Float(2) / 11), (2, 0.25), (3, 0.25)] {
            try step(learner, -1)
            weight += 1
            mean = decay * mean + (1 - decay) * weight
            #expect(abs(learner.averages!.values["weight"]!.item - mean) < 1e-6, "\(n)")
        }
        #expect(learner.model.weight.value.item == 3)
        learner.withAverages { #expect(abs(learner.model.weight.value.item - mean) < 1e-6) }
        #expect(learner.model.weight.value.item == 3)
        #expect(throws: Crash.self) { try learner.withAverages { throw Crash() } }
        #expect(learner.model.weight.value.item == 3)
    }

    @Test func largeElementsOfAGradientAreHeld() throws {
        let learner = Learner(layer(), SGD(learningRate: 1), clipValue: 0.25)
        try step(learner, 100)
        #expect(learner.model.weight.value == Tensor([[0.75, 0.75]]))
        try step(learner, 0.125)
        #expect(learner.model.weight.value == Tensor([[0.625, 0.625]]))
    }

    @Test func largeGradientsAreScaledToTheLimit() throws {
        let learner = Learner(layer([0]), SGD(learningRate: 1), clipNorm: 3)
        try step(learner, 1)
        #expect(learner.model.weight.value.item == -1 && learner.gradientNorm == 1)
        try step(learner, 100)
        #expect(abs(learner.model.weight.value.item + 4) < 1e-5 && learner.gradientNorm == 100)
    }

    @Test func theScheduleSetsEachStepsRate() throws {
        let learner = Learner(layer([0]), SGD(learningRate: 9), schedule: .step(1, factor: 0.5, at: [1]))
        for expected in [-2, -3] as [Float] {
            try step(learner, 2)
            #expect(learner.model.weight.value.item == expected)
        }
    }

    @Test func aLossFarAboveTheFirstEndsTheTrainingBeforeTheStep() throws {
        let learner = Learner(layer(), SGD(learningRate: 1), clipValue: 0, divergenceFactor: 3)
        try step(learner, 1)
        try step(learner, 3)
        let error = #expect(throws: DivergenceError.self) { try step(learner, 3.5) }
        #expect(error?.step == 3 && error?.loss == 7 && error?.firstLoss == 2)
        #expect(learner.batches == 2 && learner.model.weight.value == Tensor([[1, 1]]))
    }

    @Test(arguments: [Float.nan, .infinity]) func aLossThatIsNotFiniteChangesNothing(_ factor: Float) throws {
        let learner = Learner(layer(), Adam(), averaging: 0.5)
        let error = #expect(throws: DivergenceError.self) { try step(learner, factor) }
        #expect(error?.step == 1 && error?.parameter == "weight")
        #expect(error?.description.contains("No checkpoint was written yet.") == true)
        #expect(learner.model.weight.value == Tensor([[1, 1]]) && learner.averages?.updates == 0)
        #expect(learner.optimizer.state.step == 0 && learner.batches == 0)
        // The training can go on.
        try step(learner, 1)
        #expect(learner.batches == 1)
    }

    /// A finite loss may have a gradient that is not.
    @Test func aGradientThatIsNotFiniteChangesNothing() throws {
        let learner = Learner(layer([0, 1]), SGD(learningRate: 1))
        let error = #expect(throws: DivergenceError.self) {
            try learner.minimize { learner.model.weight.value.squareRoot().sum() }
        }
        #expect(error?.loss == 1 && learner.model.weight.value == Tensor([[0, 1]]))
    }
}

@Suite struct TrainerTests {
    private func trainer(_ model: Dense, _ rate: Float = 1) -> Trainer<Float> {
        Trainer(model, SGD(learningRate: rate), random: RandomGenerator(seed: 1)) { model, factor, _ in
            model.weight.value.sum() * factor
        }
    }

    @Test func hooksAreAroundEachStep() throws {
        let model = Dense(weight: Tensor([[0]]), bias: nil)
        let trainer = trainer(model)
        var calls: [String] = []
        trainer.hooks.beforeStep.append { calls.append("before \($0), weight \(model.weight.value.item)") }
        trainer.hooks.afterStep.append { calls.append("after \($0), weight \(model.weight.value.item)") }
        for factor in [1, 2] as [Float] { try trainer.step(factor) }
        #expect(
            calls == [
                "before 1.0, weight 0.0", "after 1, weight -1.0", "before 2.0, weight -1.0", "after 2, weight -3.0",
            ])
        trainer.hooks.beforeStep.append { _ in throw Crash() }
        #expect(throws: Crash.self) { try trainer.step(1) }
        #expect(trainer.position.step == 2 && model.weight.value.item == -3)
    }

    @Test func theMeanLossIsOfThisEpoch() throws {
        let trainer = trainer(Dense(weight: Tensor([[1]]), bias: nil), 1e-30)
        for factor in [1, 2, 6] as [Float] { #expect(try trainer.step(factor) == factor) }
        #expect(trainer.meanLoss == 3 && trainer.position.step == 3 && trainer.position.batch == 3)
        trainer.finishEpoch()
        #expect(trainer.meanLoss == 0 && trainer.position.epoch == 2 && trainer.position.batch == 0)
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
