import Foundation
import Gradus
import GradusModels

// Solutions of the exercises of chapter 07.

/// Exercise 1: one step of an LSTM, written from its equations.
///
/// - Parameters:
///   - x: the input, `[N, D]`.
///   - h, c: the state before the step, `[N, H]` each.
/// - Returns: the state after it.
func lstmStep(
    _ x: Tensor<Float>, _ h: Tensor<Float>, _ c: Tensor<Float>, _ weights: RecurrentCell
) -> (h: Tensor<Float>, c: Tensor<Float>) {
    let units = h.shape[1]
    let z =
        matmul(x, weights.inputWeight.value) + weights.inputBias.value
        + matmul(h, weights.recurrentWeight.value) + weights.recurrentBias.value
    let gates = (0..<4).map { z.slice(axis: 1, ($0 * units)..<(($0 + 1) * units)) }
    let (i, f, g, o) = (gates[0].sigmoid(), gates[1].sigmoid(), gates[2].tanh(), gates[3].sigmoid())
    let next = f * c + i * g
    return (o * next.tanh(), next)
}

/// Exercise 2: the temperature at which a distribution has the given entropy, in nats.
///
/// Entropy rises with temperature, from 0 to the logarithm of the number of tokens, so halving an interval finds it.
func temperature(for entropy: Double, of logits: [Float]) -> Float {
    func entropyAt(_ temperature: Float) -> Double {
        let p = (Tensor(logits) / temperature).softmax().scalars.map { Double($0) }
        return -p.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
    }
    var (low, high): (Float, Float) = (1e-3, 1e3)
    for _ in 0..<60 {
        let middle = (low * high).squareRoot()
        if entropyAt(middle) < entropy { low = middle } else { high = middle }
    }
    return (low * high).squareRoot()
}

/// Exercise 3: by which factor a step changes the gradient in a plain recurrent network whose recurrent weights are `gain`
/// times a rotation, and whose sums stay small.
func gradientFactor(gain: Float) -> Double {
    let model = withRandomSeed(1) { CharacterModel(vocabulary: 20, cell: .tanh, units: 64, layers: 1) }
    let weights = model.recurrent.forwardCells[0]
    weights.recurrentWeight.value = Initializer.orthogonal(gain: gain)([64, 64], fanIn: 64, fanOut: 64)
    for small in [weights.inputWeight, weights.inputBias, weights.recurrentBias] { small.value = small.value * 1e-3 }
    let text = Tensor<Int32>(uniform: [16, 40], in: 0..<20, using: RandomGenerator(seed: 2))
    let norms = model.gradientNorms(text, targets: Tensor<Int32>(zeros: [16]))
    return pow(norms[30] / norms[0], 1 / 30)
}
