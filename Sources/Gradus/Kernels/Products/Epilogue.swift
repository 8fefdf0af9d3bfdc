import CKernels

/// The end of a convolution in inference: `y = activation(product · scale + shift + residual)`.
struct Epilogue<Scalar: DifferentiableScalar> {
    /// A factor for each output channel.
    var scale: UnsafePointer<Scalar>?
    /// Added to each output channel.
    var shift: UnsafePointer<Scalar>?
    /// Added to the result, whose layout it has.
    var residual: UnsafePointer<Scalar>?
    var activation: Activation

    /// The epilogue for the kernels, for a result that begins `offset` elements later, as does the residual.
    func kernel(at offset: Int = 0) -> gradus_epilogue {
        let clamp = activation.piecewiseLinear ?? (1, 0)
        return gradus_epilogue(
            scale: scale.map { UnsafeRawPointer($0) }, shift: shift.map { UnsafeRawPointer($0) },
            residual: residual.map { UnsafeRawPointer($0 + offset) }, negative_slope: clamp.negativeSlope,
            maximum: clamp.maximum)
    }

    /// Applies the epilogue to a finished result.
    func apply(to y: UnsafeMutablePointer<Scalar>, rows: Int, width: Int) {
        let ones = Tensor<Scalar>(repeating: 1, shape: [width])
        let zeros = Tensor<Scalar>(repeating: 0, shape: [width])
        let slope = activation.negativeSlope
        withExtendedLifetime((ones.storage, zeros.storage)) {
            nonisolated(unsafe) let (y, epilogue) = (y, self)
            Kernels.forEachRowRange(rows, width: width) { start, length in
                let at = start * width
                Scalar.kernels.pointee.column_affine(
                    y + at, y + at, epilogue.scale ?? ones.pointer, epilogue.shift ?? zeros.pointer,
                    epilogue.residual.map { $0 + at }, slope ?? 1, length, width)
            }
        }
        if slope == nil { Kernels.addBias(nil, activation, to: y, rows: rows, width: width) }
    }
}

extension gradus_epilogue {
    /// The identity.
    static var none: gradus_epilogue {
        gradus_epilogue(scale: nil, shift: nil, residual: nil, negative_slope: 1, maximum: 0)
    }

    /// `y = activation(product + bias)`, with the identity for activations that are not a slope.
    static func bias<Scalar>(_ bias: UnsafePointer<Scalar>?, _ activation: Activation) -> gradus_epilogue {
        gradus_epilogue(
            scale: nil, shift: bias.map { UnsafeRawPointer($0) }, residual: nil,
            negative_slope: activation.negativeSlope ?? 1, maximum: 0)
    }
}

extension Activation {
    /// The factor for negative numbers, if the function does nothing else.
    var negativeSlope: Double? {
        guard let clamp = piecewiseLinear, clamp.maximum == 0 else { return nil }
        return clamp.negativeSlope
    }

    /// The factor for negative numbers and the upper bound (0 for none), if the function does nothing else.
    var piecewiseLinear: (negativeSlope: Double, maximum: Double)? {
        switch self {
        case .identity: (1, 0)
        case .relu: (0, 0)
        case .relu6: (0, 6)
        case .leakyRelu(let slope): (Double(slope), 0)
        default: nil
        }
    }
}
