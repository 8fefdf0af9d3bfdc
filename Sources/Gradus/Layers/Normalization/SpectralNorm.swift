/// Spectral normalization of a layer's weight, `W / σ(W)`, which limits the layer's Lipschitz constant to about 1 (Miyato et
/// al. 2018).
///
/// The largest singular value σ is estimated by one power iteration in each training pass. Its two vectors are stored with
/// the model, so that a checkpoint continues the estimate.
///
/// ```swift
/// let output = convolution(input, weight: norm(convolution.weight.value, pass), pass)
/// ```
public struct SpectralNorm: Module {
    /// The singular vector of the inputs, `[D]`.
    public let inputs: Parameter
    /// The singular vector of the outputs, `[M]`.
    public let outputs: Parameter

    /// A norm of a weight `[…, M]`, with the vectors after `rounds` power iterations.
    public init(of weight: Tensor<Float>, rounds: Int = 15) {
        let m = weight.shape.last ?? 0
        var u = Tensor<Float>(normal: [m])
        var v = Tensor<Float>(zeros: [weight.count / max(1, m)])
        for _ in 0..<max(1, rounds) { (v, u) = powerIteration(weight, outputs: u) }
        inputs = Parameter(v, kind: .statistic)
        outputs = Parameter(u, kind: .statistic)
    }

    /// The normalized weight; a training pass first refines the singular vectors.
    public func callAsFunction(_ weight: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        if pass.isTraining {
            (inputs.value, outputs.value) = powerIteration(weight, outputs: outputs.value)
        }
        return spectralNormalization(weight, inputs: inputs.value, outputs: outputs.value)
    }
}
