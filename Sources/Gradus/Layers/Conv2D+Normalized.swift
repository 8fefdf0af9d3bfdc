extension Conv2D {
    /// The convolution with batch normalisation behind it: `norm(convolution, adding: residual)`, in one call because both
    /// can be computed together.
    ///
    /// - Parameter residual: added before the normalisation's activation, as at the end of a residual block.
    public func callAsFunction(
        _ input: Tensor<Float>, then norm: BatchNorm, adding residual: Tensor<Float>? = nil, _ pass: Pass
    ) -> Tensor<Float> {
        norm(self(input, pass), adding: residual, pass)
    }
}
