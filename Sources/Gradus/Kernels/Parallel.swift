import CKernels
import GradusBLAS

/// Work on the library's own threads.
///
/// The division of the work depends on its size only, so results do not depend on the number of threads.
///
/// Bodies are `@Sendable`, so the compiler rejects mutable state that pieces would share. Pointers, which it cannot
/// check, are redeclared before the call, `nonisolated(unsafe) let (x, out) = (x, out)`, which promises that pieces
/// write disjoint memory, and that the caller, who owns it, waits until all of them are done.
///
/// Kernels use the best instructions of the processor. `GRADUS_INSTRUCTIONS` sets a limit, to reproduce the results of
/// other processors: `any` for the baseline, `v3` for AVX2, `v4` for AVX-512. Results differ by rounding. OpenBLAS has
/// its own setting, `OPENBLAS_CORETYPE`.
public enum Parallel {
    /// The number of threads, including the caller's: `GRADUS_THREADS`, or one per processor.
    public static var threads: Int {
        get { Int(gradus_threads()) }
        set { gradus_set_threads(Int32(clamping: newValue)) }
    }

    /// Calls `body` for each index in `0..<count`, on several threads.
    package static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        if count == 1 { return body(0) }
        withoutActuallyEscaping(body) { escaping in
            var closure = escaping
            withUnsafeMutablePointer(to: &closure) { pointer in
                gradus_parallel(
                    count, { context, index in context.assumingMemoryBound(to: ((Int) -> Void).self).pointee(index) },
                    pointer)
            }
        }
    }

    /// Divides `0..<count` into ranges of `grain` (the last may be shorter) and calls `body` for each.
    package static func forEachRange(_ count: Int, grain: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Void)
    {
        if count <= grain { return count > 0 ? body(0, count) : () }
        forEach((count + grain - 1) / grain) { index in
            body(index * grain, min(grain, count - index * grain))
        }
    }

    /// Elements of a cheap element-wise loop that justify a separate piece of work.
    static let elementGrain = 1 << 15
}

extension BLAS {
    /// Limits OpenBLAS to one thread, once: Gradus distributes large products over its own threads.
    @inline(__always)
    static func prepareForOwnThreads() { _ = oneThreadEach }

    private static let oneThreadEach: Void = { BLAS.threads = 1 }()
}
