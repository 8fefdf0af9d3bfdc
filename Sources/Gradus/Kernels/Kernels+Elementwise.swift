import CKernels

/// The arithmetic under the operations: thin Swift over `CKernels` and OpenBLAS, cut into pieces for the threads.
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

    /// The elements in another type.
    static func convert<Source: TensorScalar, Target: TensorScalar>(
        _ out: UnsafeMutablePointer<Target>, _ x: UnsafePointer<Source>, _ count: Int
    ) {
        let kernel = gradus_bytes().pointee.convert
        nonisolated(unsafe) let (out, x) = (out, x)
        Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
            kernel(Source.elementType, out + start, Target.elementType, x + start, length)
        }
    }
}
