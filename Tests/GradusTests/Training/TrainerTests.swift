import Gradus
import GradusTraining
import Testing

@Suite struct TrainerTests {
    private func trainer(_ model: Dense) -> Trainer<Dense, Tensor<Float>> {
        Trainer(model, SGD(learningRate: 9), random: RandomGenerator(seed: 1)) { model, x, pass in model(x, pass).sum()
        }
    }

    @Test func theScheduleSetsEachStepsRate() throws {
        let model = Dense(weight: Tensor([[0]]), bias: nil)
        let trainer = trainer(model)
        trainer.schedule = .step(1, factor: 0.5, at: [1])
        // d/dw (w x) = x: the steps are 1 · 2 and 0.5 · 2.
        for expected in [-2, -3] as [Float] {
            try trainer.step(Tensor([[2]]))
            #expect(model.weight.value.item == expected)
        }
        #expect(trainer.optimizer.learningRate == 0.5)
    }

    @Test func gradientsAreScaledDownToTheLimit() throws {
        let model = Dense(weight: Tensor([[0]]), bias: nil)
        let trainer = trainer(model)
        (trainer.schedule, trainer.clipNorm) = (.constant(1), 3)
        try trainer.step(Tensor([[1]]))
        #expect(model.weight.value.item == -1)
        try trainer.step(Tensor([[100]]))
        #expect(abs(model.weight.value.item + 4) < 1e-5)
    }

    @Test func theMeanLossIsOfThisEpoch() throws {
        let trainer = trainer(Dense(weight: Tensor([[1]]), bias: nil))
        trainer.schedule = .constant(0)
        for x in [1, 2, 6] as [Float] { try trainer.step(Tensor([[x]])) }
        #expect(trainer.meanLoss == 3 && trainer.state.step == 3 && trainer.state.batch == 3)
        trainer.finishEpoch()
        #expect(trainer.meanLoss == 0 && trainer.state.epoch == 2 && trainer.state.batch == 0)
    }
}
