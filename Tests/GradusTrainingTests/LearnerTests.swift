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
