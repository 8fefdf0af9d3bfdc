/// What follows a layer's result in an inference pass: `activation(x · scale + shift)`, per channel of the last axis.
public struct LayerEpilogue {
    /// The factor of each channel, `[C]`; `nil` for 1.
    public let scale: Tensor<Float>?
    /// Added to each channel, `[C]`; `nil` for 0.
    public let shift: Tensor<Float>?
    /// Applied last.
    public let activation: Activation

    /// An epilogue of the given parts.
    public init(scale: Tensor<Float>? = nil, shift: Tensor<Float>? = nil, activation: Activation = .identity) {
        (self.scale, self.shift, self.activation) = (scale, shift, activation)
    }

    /// Both epilogues as one; `nil` unless the second is only an activation and the first has none.
    func followed(by next: LayerEpilogue) -> LayerEpilogue? {
        guard activation == .identity && next.scale == nil && next.shift == nil else { return nil }
        return LayerEpilogue(scale: scale, shift: shift, activation: next.activation)
    }

    /// Whether no gradient is recorded for the scale or the shift.
    var isConstant: Bool { scale?.origin == nil && shift?.origin == nil }
}

/// A layer that an inference pass can compute as the epilogue of the layer before it, as batch normalization or an
/// activation.
public protocol EpilogueLayer: Layer {
    /// The layer's inference as an epilogue; `nil` where it has to run as a layer of its own.
    var epilogue: LayerEpilogue? { get }
}

/// A layer that can apply the layers after it in its own pass over memory.
///
/// A ``Sequential`` asks its layers in inference passes, unless every intermediate result is recorded:
///
/// ```swift
/// extension PointwiseConv: FusableLayer {
///     func canFuse(_ epilogue: LayerEpilogue) -> Bool { epilogue.scale?.shape == [filters] }
///
///     func fused(
///         _ input: Tensor<Float>, with epilogue: LayerEpilogue, adding residual: Tensor<Float>?, _ pass: Pass
///     ) -> Tensor<Float> { … }
/// }
/// ```
public protocol FusableLayer: Layer {
    /// Whether ``fused(_:with:adding:_:)`` takes this epilogue.
    func canFuse(_ epilogue: LayerEpilogue) -> Bool

    /// `activation(layer(input) · scale + shift + residual)`.
    ///
    /// - Parameters:
    ///   - input: what the layer alone takes.
    ///   - epilogue: one that ``canFuse(_:)`` accepts.
    ///   - residual: of the result's shape; `nil` for none.
    func fused(
        _ input: Tensor<Float>, with epilogue: LayerEpilogue, adding residual: Tensor<Float>?, _ pass: Pass
    ) -> Tensor<Float>
}

extension Pass {
    /// The epilogue that `layer` amounts to; `nil` where it has to run as a layer of its own, as in training and where
    /// every layer is recorded.
    func epilogue(of layer: any Layer) -> LayerEpilogue? {
        guard !isTraining && !hasForwardHook, let epilogue = (layer as? any EpilogueLayer)?.epilogue else { return nil }
        return epilogue.isConstant ? epilogue : nil
    }
}

extension Sequential {
    /// The layer at `index` if it can be fused with the one or two layers after it, and the index of the next layer.
    func fusion(at index: Int, _ pass: Pass) -> (layer: any FusableLayer, epilogue: LayerEpilogue, end: Int)? {
        guard index + 1 < layers.count && !pass.isTraining, let layer = layers[index] as? any FusableLayer,
            let first = pass.epilogue(of: layers[index + 1]), layer.canFuse(first)
        else { return nil }
        if index + 2 < layers.count, first.activation == .identity,
            let both = pass.epilogue(of: layers[index + 2]).flatMap(first.followed), layer.canFuse(both)
        {
            return (layer, both, index + 3)
        }
        return (layer, first, index + 2)
    }
}

extension Activation: EpilogueLayer {
    /// The activation alone.
    public var epilogue: LayerEpilogue? { LayerEpilogue(activation: self) }
}

extension BatchNorm: EpilogueLayer {
    /// The normalization by the running statistics as a scale and a shift; `nil` while weight or bias are differentiated.
    public var epilogue: LayerEpilogue? {
        guard weight.leaf == nil && bias.leaf == nil else { return nil }
        let channels = weight.shape[0]
        let shift = Tensor<Float>.uninitialized([channels], like: weight.stored)
        let inputs = [weight, bias, runningMean, runningVariance].map(\.stored)
        let scale = Tensor<Float>.computed([channels], inputs) { factors, sources in
            let (gains, offsets, means, variances) = (sources[0], sources[1], sources[2], sources[3])
            let (shifts, epsilon) = (shift.destination, Float(epsilon))
            for c in 0..<channels { factors[c] = gains[c] / (variances[c] + epsilon).squareRoot() }
            for c in 0..<channels { shifts[c] = offsets[c] - means[c] * factors[c] }
        }
        return LayerEpilogue(scale: scale, shift: shift, activation: activation)
    }
}

extension Conv2D: FusableLayer {
    /// Whether the epilogue scales each filter's result, and neither this layer's activation nor a gradient of its
    /// parameters is in the way.
    public func canFuse(_ epilogue: LayerEpilogue) -> Bool {
        epilogue.scale?.shape == [weight.shape[3]] && activation == .identity && weight.leaf == nil
            && bias?.leaf == nil
    }

    /// Convolution, scale, shift, residual and activation in one operation.
    public func fused(
        _ input: Tensor<Float>, with epilogue: LayerEpilogue, adding residual: Tensor<Float>?, _ pass: Pass
    ) -> Tensor<Float> {
        let channels = weight.shape[2] * groups
        check(
            input.rank == 4 && input.shape[3] == channels,
            "\(pass.describe("Conv2D", weight)) expects [N, H, W, \(channels)], got \(input.shape)")
        var shift = epilogue.shift
        if let bias {
            let scaled = epilogue.scale.map { bias.stored * $0 } ?? bias.stored
            shift = shift.map { $0 + scaled } ?? scaled
        }
        return fusedConvolution(
            input, weight.stored, scale: epilogue.scale, shift: shift, adding: residual, stride: stride,
            padding: padding, dilation: dilation, groups: groups, activation: epilogue.activation)
    }

    /// The convolution followed by batch normalization, `norm(convolution(input), adding: residual)`; an inference pass
    /// computes both in one operation.
    ///
    /// - Parameter residual: added before the normalization's activation, as at the end of a residual block.
    public func callAsFunction(
        _ input: Tensor<Float>, then norm: BatchNorm, adding residual: Tensor<Float>? = nil, _ pass: Pass
    ) -> Tensor<Float> {
        guard let epilogue = pass.epilogue(of: norm), canFuse(epilogue) else {
            return norm(self(input, pass), adding: residual, pass)
        }
        return fused(input, with: epilogue, adding: residual, pass)
    }
}
