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

    static func binary<Scalar: DifferentiableScalar>(
        _ operation: gradus_binary, _ out: UnsafeMutablePointer<Scalar>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, _ broadcast: Broadcast
    ) {
        let kernel = Scalar.kernels.pointee.binary
        forEachPart(of: broadcast, out, a, b) { kernel(operation, $0, $1, $2, $3, $4, $5, $6) }
    }

    typealias ComparisonKernel =
        @convention(c) (
            gradus_comparison, UnsafeMutablePointer<Bool>, UnsafeRawPointer, UnsafeRawPointer, Int32,
            UnsafePointer<Int>, UnsafePointer<Int>, UnsafePointer<Int>
        ) -> Void

    /// A comparison by the `kernel` of the element type.
    static func compare<Scalar: NumericScalar>(
        _ kernel: @escaping ComparisonKernel, _ comparison: gradus_comparison, _ out: UnsafeMutablePointer<Bool>,
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ broadcast: Broadcast
    ) {
        forEachPart(of: broadcast, out, a, b) { kernel(comparison, $0, $1, $2, $3, $4, $5, $6) }
    }

    /// Cuts a broadcast into parts along its first axis and calls `body` for each, on all threads, with what a kernel takes:
    /// result, operands, rank, shape and strides.
    private static func forEachPart<Result, Scalar>(
        of broadcast: Broadcast, _ out: UnsafeMutablePointer<Result>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>,
        _ body: (UnsafeMutablePointer<Result>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int32, [Int], [Int], [Int])
            -> Void
    ) {
        let (shape, aStrides, bStrides) = broadcast.merged
        guard !broadcast.shape.contains(0) else { return }
        guard let length = shape.first else { return body(out, a, b, 0, [], [], []) }
        let inner = shape.dropFirst().reduce(1, *)
        nonisolated(unsafe) let (out, a, b) = (out, a, b)
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let body = body
            Parallel.forEachRange(length, grain: max(1, Parallel.elementGrain / inner)) { start, length in
                var part = shape
                part[0] = length
                body(
                    out + start * inner, a + start * aStrides[0], b + start * bStrides[0], Int32(shape.count), part,
                    aStrides, bStrides)
            }
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

    static func copyStrided<Scalar: TensorScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ source: UnsafePointer<Scalar>, _ shape: [Int], _ strides: [Int]
    ) {
        let size = Int32(MemoryLayout<Scalar>.size)
        guard let length = shape.first else { return out.update(from: source, count: 1) }
        let inner = shape.dropFirst().reduce(1, *)
        nonisolated(unsafe) let (out, source) = (out, source)
        Parallel.forEachRange(length, grain: max(1, Parallel.elementGrain / max(1, inner))) { start, length in
            var part = shape
            part[0] = length
            gradus_bytes().pointee.copy_strided(
                out + start * inner, source + start * strides[0], Int32(shape.count), part, strides, size)
        }
    }
}
