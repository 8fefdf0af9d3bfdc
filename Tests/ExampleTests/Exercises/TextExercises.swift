import Foundation
import Gradus
import GradusText
import Testing

/// The exercises of chapter 07 have solutions that hold.
@Suite struct TextExercises {
    @Test func theStepAgreesWithTheLayer() {
        let layer = withRandomSeed(1) { LSTM(5, 7, forgetBias: 1) }
        let random = RandomGenerator(seed: 2)
        let (x, h, c) = (
            Tensor<Float>(normal: [3, 5], using: random), Tensor<Float>(normal: [3, 7], using: random),
            Tensor<Float>(normal: [3, 7], using: random)
        )
        let mine = lstmStep(x, h, c, layer.forwardCells[0])
        let (output, state) = layer.step(x, RecurrentState(hidden: [h], cell: [c]), .inference)
        #expect((mine.h - output).absoluteValue().max().item < 1e-6)
        #expect((mine.c - state.cell[0]).absoluteValue().max().item < 1e-6)
        // The gradients agree as well, so it could be trained with.
        let slopes = [
            valueWithGradient(at: layer) { lstmStep(x, h, c, layer.forwardCells[0]).h.sum() }.gradients,
            valueWithGradient(at: layer) {
                layer.step(x, RecurrentState(hidden: [h], cell: [c]), .inference).output.sum()
            }.gradients,
        ]
        for name in slopes[0].names {
            #expect((slopes[0][name]! - slopes[1][name]!).absoluteValue().max().item < 1e-5, "\(name)")
        }
    }

    @Test(arguments: [0.2, 0.7, 1.3]) func theTemperatureGivesTheEntropy(_ entropy: Double) {
        let logits: [Float] = [2, 1, 0, -1, 0.5]
        let found = temperature(for: entropy, of: logits)
        let sampler = Sampler(temperature: found, using: RandomGenerator(seed: 1))
        let p = logits.withUnsafeBufferPointer { sampler.distribution($0) }.map { Double($0) }
        #expect(abs(-p.reduce(0) { $0 + $1 * log($1) } - entropy) < 1e-4)
    }

    @Test(arguments: [Float(0.8), 0.95, 1, 1.05]) func aGradientShrinksOrGrowsByTheGainOfAStep(_ gain: Float) {
        #expect(abs(gradientFactor(gain: gain) - Double(gain)) < 0.01)
    }
}
