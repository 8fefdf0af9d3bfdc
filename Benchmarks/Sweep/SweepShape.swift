import Gradus

/// One of the shapes of the sweep, as Benchmarks/sweep_shapes.json lists them.
struct SweepShape: Codable {
    /// What is computed.
    enum Kind: String, Codable { case convolution, lstm, dense, attention }

    let kind: Kind
    /// Batch.
    let n: Int
    /// Input features or channels.
    let c: Int
    /// Outputs: filters or units.
    var m: Int?
    /// Time steps or places.
    var t: Int?
    var height: Int?
    var width: Int?
    var kernel: [Int]?
    var stride: Int?
    var dilation: Int?
    var groups: Int?
    var heads: Int?
    var causal: Bool?

    /// The call: forward as in inference, or forward and back with the gradients of the input and of the weights.
    func prepare(training: Bool) -> () -> Void {
        switch kind {
        case .convolution:
            let (kernel, dilation) = (Extent2D(kernel![0], kernel![1]), dilation!)
            let (rows, columns) = (kernel.height / 2 * dilation, kernel.width / 2 * dilation)
            let layer = Conv2D(
                c, m!, kernel: kernel, stride: Extent2D(stride!),
                padding: .explicit(top: rows, bottom: rows, left: columns, right: columns),
                dilation: Extent2D(dilation),
                groups: groups!)
            return call(layer, [n, height!, width!, c], training) { layer($0, $1) }
        case .lstm:
            let layer = LSTM(c, m!)
            return call(layer, [n, t!, c], training) { layer($0, $1) }
        case .dense:
            let layer = Dense(c, m!)
            return call(layer, [n, c], training) { layer($0, $1) }
        case .attention:
            let layer = MultiHeadAttention(c, heads: heads!)
            return call(layer, [n, t!, c], training) {
                layer($0, isCausal: causal!, $1)
            }
        }
    }

    private func call<Model: Module>(
        _ layer: Model, _ input: [Int], _ training: Bool, _ run: @escaping (Tensor<Float>, Pass) -> Tensor<Float>
    ) -> () -> Void {
        let x = Tensor<Float>(normal: input)
        guard training else { return { _ = run(x, .inference) } }
        let model = WithInput(layer: layer, input: Parameter(x))
        let upstream = Tensor<Float>(normal: run(x, .inference).shape)
        return { _ = valueWithGradient(at: model) { gradientOnly(run(model.input.value, .training), upstream) } }
    }
}

/// A layer and what it is given, so that gradients of both are asked for.
struct WithInput<Model: Module>: Module {
    let layer: Model
    let input: Parameter
}
