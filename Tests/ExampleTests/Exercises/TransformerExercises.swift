import Foundation
import Gradus
import GradusModels
import Testing

/// The exercises of chapter 10, checked on their solutions.
@Suite struct TransformerExercises {
    @Test func attentionFromProductsAndASoftmax() {
        let random = RandomGenerator(seed: 1)
        let parts = (0..<3).map { _ in Tensor<Float>(normal: [1, 6, 8], using: random) }
        let library = attention(parts[0], parts[1], parts[2], scale: 1 / Float(8).squareRoot(), isCausal: true)
        let own = causalAttention(parts[0][0], parts[1][0], parts[2][0])
        #expect((own - library[0]).absoluteValue().max().item < 1e-5)
    }

    @Test func positionsTellDistances() {
        let vectors = sinusoidalPositions(0..<40, 32)
        for (a, b) in [(0, 3), (7, 10), (30, 33), (5, 5), (2, 39)] {
            let product = Double((vectors[a] * vectors[b]).sum().item)
            #expect(abs(product - positionProduct(distance: b - a, features: 32)) < 1e-4)
        }
        #expect(positionProduct(distance: 1, features: 32) > positionProduct(distance: 5, features: 32))
    }

    @Test func smoothedTargetsLeaveALoss() {
        let (smoothing, vocabulary) = (0.1, 50)
        // The best logits are the logarithms of the targets themselves.
        let rest = Float(smoothing / Double(vocabulary))
        let logits = (0..<vocabulary).map { log($0 == 7 ? 1 - Float(smoothing) + rest : rest) }
        let loss = softmaxCrossEntropy(Tensor(logits, shape: [1, vocabulary]), Tensor([7]), smoothing: smoothing)
        #expect(abs(Double(loss.item) - leastSmoothedLoss(smoothing: smoothing, vocabulary: vocabulary)) < 1e-4)
        #expect(leastSmoothedLoss(smoothing: 0, vocabulary: vocabulary) == 0)
    }

    @Test func keptKeysSaveMostOfTheWork() {
        let places = placesComputed(words: 20)
        #expect(places.kept == 20 && places.anew == 210)
    }
}
