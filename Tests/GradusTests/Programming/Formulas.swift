import Foundation
import Gradus

// Formulas as they are written down, each in one expression. `CompilerTests` holds the compiler's work for each of them
// below a limit, `Tests/Consumer/compile-times.sh` says what it takes in milliseconds; `FormulaTests` checks values.

func diceLoss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> {
    1 - (2 * (x * y).sum() + 1) / (x.sum() + y.sum() + 1)
}

func twoDiceLosses(_ x: Tensor<Float>, _ y: Tensor<Float>, _ z: Tensor<Float>) -> Tensor<Float> {
    let loss =
        1 - (2 * (x * y).sum() + 1) / (x.sum() + y.sum() + 1)
        + 0.1 * (1 - (2 * (z * y).sum() + 1) / (z.sum() + y.sum() + 1))
    return loss
}

func polynomial(_ x: Tensor<Float>) -> Tensor<Float> {
    let loss = (x * 2 + 1 - x / 3 + x * x * 0.5 - 2 * x + (1 - x) * (1 + x)).mean() + (x * x).sum() * 1e-4
    return loss
}

func huber(_ x: Tensor<Float>, _ y: Tensor<Float>, _ delta: Float) -> Tensor<Float> {
    let d = (x - y).absoluteValue()
    return `where`(d .<= delta, 0.5 * d * d, delta * (d - 0.5 * delta)).mean()
}

func pseudoHuber(_ x: Tensor<Double>, _ y: Tensor<Double>, _ delta: Double) -> Tensor<Double> {
    delta * delta * ((1 + ((x - y) / delta) * ((x - y) / delta)).squareRoot() - 1).mean()
}

func geluByHand(_ x: Tensor<Float>) -> Tensor<Float> {
    let y = 0.5 * x * (1 + (0.7978845608 * (x + 0.044715 * x * x * x)).tanh())
    return y
}

func layerNormByHand(_ x: Tensor<Float>, _ scale: Tensor<Float>, _ shift: Tensor<Float>) -> Tensor<Float> {
    (x - x.mean(axes: [-1], keepingAxes: true))
        / (x.variance(axes: [-1], keepingAxes: true) + 1e-5).squareRoot() * scale + shift
}

func callPrice(
    _ s: Tensor<Double>, _ t: Tensor<Double>, strike k: Double, rate r: Double, deviation sigma: Double
) -> Tensor<Double> {
    let d = ((s / k).log() + (r + 0.5 * sigma * sigma) * t) / (sigma * t.squareRoot())
    let price =
        s * (0.5 * (1 + (d / 1.4142135623730951).erf())) - k * (-r * t).exp()
        * (0.5 * (1 + ((d - sigma * t.squareRoot()) / 1.4142135623730951).erf()))
    return price
}

func softplusByHand(_ x: Tensor<Float>) -> Tensor<Float> {
    x.relu() + (1 + (-x.absoluteValue()).exp()).log()
}

func cosineDistance(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> {
    1 - (x * y).sum(axes: [-1])
        / ((x * x).sum(axes: [-1]).squareRoot() * (y * y).sum(axes: [-1]).squareRoot() + 1e-8)
}

/// Burgers's equation, `uₜ + u uₓ − ν/π uₓₓ = 0`, and a boundary.
func physicsResidual(
    _ u: Tensor<Double>, _ ut: Tensor<Double>, _ ux: Tensor<Double>, _ uxx: Tensor<Double>, _ nu: Double
) -> Tensor<Double> {
    let loss =
        ((ut + u * ux - nu / Double.pi * uxx) * (ut + u * ux - nu / Double.pi * uxx)).mean() + 10 * (u * u).mean() * 0.5
    return loss
}

func focalLoss(_ p: Tensor<Float>, _ y: Tensor<Float>, _ alpha: Float, _ gamma: Float) -> Tensor<Float> {
    -(alpha * y * (1 - p).power(gamma) * (p + 1e-7).log()
        + (1 - alpha) * (1 - y) * p.power(gamma) * (1 - p + 1e-7).log()).mean()
}

func standardized(_ x: Tensor<Float>, _ mean: Float, _ deviation: Float, _ n: Int) -> Tensor<Float> {
    let z = (x - mean) / (deviation + 1e-6) * 2 - 1 + Float(n) * 0.5 * (x - mean) / Float(n + 1)
    return z
}

func integers(_ i: Tensor<Int32>, _ n: Int32) -> Tensor<Int32> {
    (i * 2 + 1) * n - 3 * (i - 1) + 2 * i * i - (n - i)
}

func normalNegativeLogLikelihood(
    _ x: Tensor<Float>, _ mean: Tensor<Float>, _ deviation: Tensor<Float>
) -> Tensor<Float> {
    (0.5 * ((x - mean) / deviation) * ((x - mean) / deviation) + deviation.log() + 0.5 * log(2 * Float.pi)).mean()
        + 0.01 * (mean * mean + deviation * deviation - 2 * deviation.log() - 1).sum() / 2
}

func inClosures(_ x: Tensor<Float>, _ y: Tensor<Float>) -> [Tensor<Float>] {
    let (loss, _) = valueWithGradient(at: x) {
        1 - (2 * ($0 * y).sum() + 1) / ($0.sum() + y.sum() + 1) + 0.1 * ($0 * $0).mean() / 2
    }
    let (other, _) = valueWithGradient(at: x) { x in
        let p = x.sigmoid()
        return 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
    }
    return [loss, other]
}
