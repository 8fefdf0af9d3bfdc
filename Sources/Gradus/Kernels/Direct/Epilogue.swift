import CKernels

/// What follows a convolution in inference: `y = activation(sum · scale + shift + residual)`.
struct Epilogue<Scalar: DifferentiableScalar> {
    /// A factor for each output channel.
    var scale: UnsafePointer<Scalar>?
    /// Added to each output channel.
    var shift: UnsafePointer<Scalar>?
    /// Added to each number of the result; lies as the result does.
    var residual: UnsafePointer<Scalar>?
    var activation: Activation

    /// For the kernels; the result, and with it the residual, begins `offset` elements later.
    func kernel(at offset: Int = 0) -> gradus_epilogue {
        let limits = activation.limits ?? (1, 0)
        return gradus_epilogue(
            scale: scale.map { UnsafeRawPointer($0) }, shift: shift.map { UnsafeRawPointer($0) },
            residual: residual.map { UnsafeRawPointer($0 + offset) }, negative_slope: limits.negativeSlope,
            most: limits.most)
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
    /// Sums as they are.
    static var none: gradus_epilogue {
        gradus_epilogue(scale: nil, shift: nil, residual: nil, negative_slope: 1, most: 0)
    }

    /// `y = activation(sum + bias)`, as far as the activation is a slope.
    static func bias<Scalar>(_ bias: UnsafePointer<Scalar>?, _ activation: Activation) -> gradus_epilogue {
        gradus_epilogue(
            scale: nil, shift: bias.map { UnsafeRawPointer($0) }, residual: nil,
            negative_slope: activation.negativeSlope ?? 1, most: 0)
    }
}

extension Activation {
    /// What the function multiplies negative numbers by, where that is all it does.
    var negativeSlope: Double? {
        guard let limits, limits.most == 0 else { return nil }
        return limits.negativeSlope
    }

    /// What the function multiplies negative numbers by and the number at which it ends (0 for none), where that is all it does.
    var limits: (negativeSlope: Double, most: Double)? {
        switch self {
        case .identity: (1, 0)
        case .relu: (0, 0)
        case .relu6: (0, 6)
        case .leakyRelu(let slope): (Double(slope), 0)
        default: nil
        }
    }
}
