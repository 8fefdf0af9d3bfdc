/// Spectral normalization of a layer's weight: it is used as `W / σ(W)`, so that the layer stretches no input by more
/// than about 1 (Miyato et al. 2018).
///
/// The largest singular value σ is followed by one round of the power iteration in each training pass. Its two vectors
/// are stored with the model, so that a checkpoint continues the estimate.
///
/// ```swift
/// let output = convolution(input, weight: norm(convolution.weight.value, pass), pass)
/// ```
public struct SpectralNorm: Module {
    /// The singular vector on the side of the inputs, `[D]`.
    public let inputs: Parameter
    /// The singular vector on the side of the outputs, `[M]`.
    public let outputs: Parameter

    /// A norm of a weight `[…, M]`, with the vectors after some rounds of the power iteration.
    public init(of weight: Tensor<Float>, rounds: Int = 15) {
        let m = weight.shape.last ?? 0
        var u = Tensor<Float>(normal: [m])
        var v = Tensor<Float>(zeros: [weight.count / max(1, m)])
        for _ in 0..<max(1, rounds) { (v, u) = powerIteration(weight, outputs: u) }
        inputs = Parameter(v, kind: .statistic)
        outputs = Parameter(u, kind: .statistic)
    }

    /// The normalized weight; a training pass first brings the vectors nearer to the singular ones.
    public func callAsFunction(_ weight: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        if pass.isTraining {
            (inputs.value, outputs.value) = powerIteration(weight, outputs: outputs.value)
        }
        return spectralNormalization(weight, inputs: inputs.value, outputs: outputs.value)
    }
}
