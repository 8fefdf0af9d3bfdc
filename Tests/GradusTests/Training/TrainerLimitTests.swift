import Foundation
import Gradus
import GradusTraining
import Testing

/// What a trainer adds to a step: limits of gradients and losses, and tensors of the run's own.
@Suite struct TrainerLimitTests {
    /// Its loss is `factor · Σ w`, so that every element of the gradient is `factor`.
    private func trainer(_ weights: [Float] = [1, 1]) -> Trainer<Dense, Float> {
        let layer = Dense(weight: Tensor([weights]), bias: nil)
        return Trainer(layer, SGD(learningRate: 1), random: RandomGenerator(seed: 1)) { layer, factor, _ in
            layer.weight.value.sum() * factor
        }
    }

    @Test func largeElementsOfAGradientAreHeld() throws {
        let trainer = trainer()
        trainer.clipValue = 0.25
        try trainer.step(100)
        #expect(trainer.model.weight.value == Tensor([[0.75, 0.75]]))
        try trainer.step(0.125)
        #expect(trainer.model.weight.value == Tensor([[0.625, 0.625]]))
    }

    @Test func aLossFarAboveTheFirstEndsTheTrainingBeforeTheStep() throws {
        let trainer = trainer()
        trainer.divergenceFactor = 3
        trainer.clipValue = 0
        #expect(try trainer.step(1) == 2)
        #expect(try trainer.step(3) == 6)
        let error = #expect(throws: DivergenceError.self) { try trainer.step(3.5) }
        #expect(error?.step == 3 && error?.loss == 7 && error?.firstLoss == 2)
        #expect(trainer.state.step == 2 && trainer.model.weight.value == Tensor([[1, 1]]))
    }

    @Test func tensorsOfTheRunTravelInItsCheckpoint() throws {
        let path = NSTemporaryDirectory() + "gradus-trainer-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (first, second) = (trainer(), trainer([5, 5]))
        try first.step(0.5)
        first.keep(["hidden/0": Tensor([1, 2, 3]), "average/weight": Tensor([[7, 8]])])
        try first.save(to: path)
        try second.resume(from: path)
        #expect(second.state == first.state && second.state.tensors["hidden/0"] == Tensor([1, 2, 3]))
        #expect(second.model.weight.value == first.model.weight.value)
        // The weights alone can still be read.
        try trainer().model.load(from: path)
        second.begin()
        #expect(second.state == TrainingState() && second.model.weight.value == first.model.weight.value)
    }
}
