extension Conv2D {
    /// The convolution with batch normalization behind it: `norm(convolution, adding: residual)`, in one call because an
    /// inference pass computes both together.
    ///
    /// - Parameter residual: added before the normalization's activation, as at the end of a residual block.
    public func callAsFunction(
        _ input: Tensor<Float>, then norm: BatchNorm, adding residual: Tensor<Float>? = nil, _ pass: Pass
    ) -> Tensor<Float> {
        guard canFuse(norm, pass) else { return norm(self(input, pass), adding: residual, pass) }
        return fused(input, norm, norm.activation, adding: residual, pass)
    }

    /// Whether nothing but the result of both together is asked for, and no gradient of their parameters.
    func canFuse(_ norm: BatchNorm, _ pass: Pass) -> Bool {
        let parameters = [weight, norm.weight, norm.bias] + (bias.map { [$0] } ?? [])
        return !pass.isTraining && !pass.hasForwardHook && activation == .identity
            && weight.shape[3] == norm.weight.shape[0] && parameters.allSatisfy { $0.leaf == nil }
    }

    /// Both in one operation, with `activation` in place of the normalization's.
    func fused(
        _ input: Tensor<Float>, _ norm: BatchNorm, _ activation: Activation, adding residual: Tensor<Float>?,
        _ pass: Pass
    ) -> Tensor<Float> {
        let channels = weight.shape[2] * groups
        check(
            input.rank == 4 && input.shape[3] == channels,
            "\(pass.describe("Conv2D", weight)) expects [N, H, W, \(channels)], got \(input.shape)")
        let (scale, shift) = norm.affine(behind: bias?.stored)
        return fusedConvolution(
            input, weight.stored, scale: scale, shift: shift, adding: residual, stride: stride, padding: padding,
            dilation: dilation, groups: groups, activation: activation)
    }
}

extension BatchNorm {
    /// The trained normalization of `x + bias` as `x · scale + shift`.
    func affine(behind bias: Tensor<Float>?) -> (scale: Tensor<Float>, shift: Tensor<Float>) {
        let channels = weight.shape[0]
        let shifts = Tensor<Float>.uninitialized([channels], like: weight.stored)
        let inputs = [weight, self.bias, runningMean, runningVariance].map(\.stored) + (bias.map { [$0] } ?? [])
        let scales = Tensor<Float>.computed([channels], inputs) { factors, sources in
            let (gains, offsets, means, variances) = (sources[0], sources[1], sources[2], sources[3])
            let (ends, epsilon) = (shifts.destination, Float(epsilon))
            for c in 0..<channels { factors[c] = gains[c] / (variances[c] + epsilon).squareRoot() }
            for c in 0..<channels { ends[c] = offsets[c] - means[c] * factors[c] }
            if bias != nil { for c in 0..<channels { ends[c] += sources[4][c] * factors[c] } }
        }
        return (scales, shifts)
    }
}
