import CKernels

/// The computations behind the operations: `CKernels` and OpenBLAS, with the work divided among threads.
enum Kernels {}

extension Kernels {
    static func unary<Scalar: DifferentiableScalar>(
        _ function: gradus_unary, _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ parameter: Double,
        _ count: Int
    ) {
        let kernel = Scalar.kernels.pointee.unary
        nonisolated(unsafe) let (out, x) = (out, x)
        Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
            kernel(function, out + start, x + start, parameter, length)
        }
    }

    static func unaryGradient<Scalar: DifferentiableScalar>(
        _ function: gradus_unary, _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>,
        _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, _ parameter: Double, _ count: Int
    ) {
        let kernel = Scalar.kernels.pointee.unary_gradient
        nonisolated(unsafe) let (dx, dy, x, y) = (dx, dy, x, y)
        Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
            kernel(function, dx + start, dy + start, x + start, y + start, parameter, length)
        }
    }

    static func addScaled<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ alpha: Double, _ count: Int
    ) {
        let kernel = Scalar.kernels.pointee.add_scaled
        nonisolated(unsafe) let (y, x) = (y, x)
        Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
            kernel(y + start, x + start, alpha, length)
        }
    }

    /// Converts elements to another type.
    static func convert<Source: TensorScalar, Target: TensorScalar>(
        _ out: UnsafeMutablePointer<Target>, _ x: UnsafePointer<Source>, _ count: Int
    ) {
        let kernel = gradus_bytes().pointee.convert
        nonisolated(unsafe) let (out, x) = (out, x)
        Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
            kernel(Source.elementType.kernelType, out + start, Target.elementType.kernelType, x + start, length)
        }
    }
}

extension Kernels {
    /// `y[r, :] = activation(y[r, :] + bias)`, in place.
    static func addBias<Scalar: DifferentiableScalar>(
        _ bias: UnsafePointer<Scalar>?, _ activation: Activation, to y: UnsafeMutablePointer<Scalar>, rows: Int,
        width: Int
    ) {
        guard let finish = finish(y, before: nil, bias: bias, activation, width: width) else { return }
        forEachRowRange(rows, width: width) { finish($0..<($0 + $1), 0..<width) }
    }

    /// The same for a part of y, `[…, width]`; the sum is also written to `before` if given. `nil` if there is nothing
    /// to do.
    static func finish<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, before: UnsafeMutablePointer<Scalar>?, bias: UnsafePointer<Scalar>?,
        _ activation: Activation, width: Int
    ) -> Finish? {
        let function = activation.kernel
        guard bias != nil || function != nil else { return nil }
        nonisolated(unsafe) let (y, before, bias) = (y, before, bias)
        return { rows, columns in
            let at = rows.lowerBound * width + columns.lowerBound
            Scalar.kernels.pointee.bias_activation(
                function?.function ?? GRADUS_RELU, function == nil ? 0 : 1, y + at, before.map { $0 + at },
                bias.map { $0 + columns.lowerBound }, function?.parameter ?? 0, rows.count, columns.count, width)
        }
    }
}
