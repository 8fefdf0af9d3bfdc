import Gradus
import GradusTraining
import Testing

/// Steps: schedules, limits of gradients and losses, epochs.
@Suite struct TrainerTests {
    /// Its loss is `factor · Σ w`, so that every element of the gradient is `factor`.
    private func learner(
        _ weights: [Float] = [1, 1], schedule: Schedule? = nil, clipNorm: Float? = nil, clipValue: Float? = nil,
        divergenceFactor: Float? = nil
    ) -> Learner<Dense> {
        Learner(
            Dense(weight: Tensor([weights]), bias: nil), SGD(learningRate: 1), schedule: schedule, clipNorm: clipNorm,
            clipValue: clipValue, divergenceFactor: divergenceFactor)
    }

    private func trainer(_ learner: Learner<Dense>) -> Trainer<Float> {
        Trainer(learner, random: RandomGenerator(seed: 1)) { layer, factor, _ in layer.weight.value.sum() * factor }
    }

    @Test func theScheduleSetsEachStepsRate() throws {
        let learner = learner([0], schedule: .step(1, factor: 0.5, at: [1]))
        let trainer = trainer(learner)
        // The steps are 1 · 2 and 0.5 · 2.
        for expected in [-2, -3] as [Float] {
            try trainer.step(2)
            #expect(learner.model.weight.value.item == expected)
        }
        #expect(learner.optimizer.learningRate == 0.5)
    }

    @Test func gradientsAreScaledDownToTheLimit() throws {
        let learner = learner([0], clipNorm: 3)
        let trainer = trainer(learner)
        try trainer.step(1)
        #expect(learner.model.weight.value.item == -1 && learner.gradientNorm == 1)
        try trainer.step(100)
        #expect(abs(learner.model.weight.value.item + 4) < 1e-5 && learner.gradientNorm == 100)
    }

    @Test func largeElementsOfAGradientAreClipped() throws {
        let learner = learner(clipValue: 0.25)
        let trainer = trainer(learner)
        try trainer.step(100)
        #expect(learner.model.weight.value == Tensor([[0.75, 0.75]]))
        try trainer.step(0.125)
        #expect(learner.model.weight.value == Tensor([[0.625, 0.625]]))
    }

    @Test func aLossFarAboveTheFirstEndsTheTrainingBeforeTheStep() throws {
        let learner = learner(clipValue: 0, divergenceFactor: 3)
        let trainer = trainer(learner)
        #expect(try trainer.step(1) == 2)
        #expect(try trainer.step(3) == 6)
        let error = #expect(throws: DivergenceError.self) { try trainer.step(3.5) }
        #expect(error?.step == 3 && error?.loss == 7 && error?.firstLoss == 2)
        #expect(trainer.position.step == 2 && learner.model.weight.value == Tensor([[1, 1]]))
    }

    @Test func theMeanLossIsOfThisEpoch() throws {
        let trainer = trainer(learner([1], schedule: .constant(0)))
        for x in [1, 2, 6] as [Float] { try trainer.step(x) }
        #expect(trainer.meanLoss == 3 && trainer.position.step == 3 && trainer.position.batch == 3)
        trainer.finishEpoch()
        #expect(trainer.meanLoss == 0 && trainer.position.epoch == 2 && trainer.position.batch == 0)
    }
}
