import CKernels

/// Work shared among the library's own threads.
///
/// How work is cut never depends on the number of threads, only on its size; that is why results do not either.
///
/// Bodies are `@Sendable`, so the compiler refuses what pieces could change under one another's hands. Pointers, which it
/// cannot judge, are named in a line before the call, `nonisolated(unsafe) let (x, out) = (x, out)`, which promises: pieces
/// write disjoint memory, and the caller, who owns it all, waits until the last of them is done.
///
/// On each thread, kernels use the processor's best instructions. `GRADUS_INSTRUCTIONS` sets a limit, so that one machine shows what others
/// compute: `any` for every processor, `v3` for AVX2, `v4` for AVX-512. Results differ by rounding.
/// OpenBLAS has a choice of its own, `OPENBLAS_CORETYPE`.
public enum Parallel {
    /// The number of threads used, the caller's included: `GRADUS_THREADS`, else one a processor.
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

    /// Cuts `0..<count` into ranges of `grain` (the last may be shorter) and calls `body` for each.
    package static func forEachRange(_ count: Int, grain: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Void)
    {
        if count <= grain { return count > 0 ? body(0, count) : () }
        forEach((count + grain - 1) / grain) { index in
            body(index * grain, min(grain, count - index * grain))
        }
    }

    /// Elements of a cheap element-wise loop that are worth one piece of work.
    static let elementGrain = 1 << 15
}
