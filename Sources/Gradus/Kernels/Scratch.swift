import CKernels

/// Calls `body` with uninitialized memory for `count` elements, aligned to 64 bytes and recycled afterwards.
func withScratch<Scalar: BitwiseCopyable, R>(
    _ count: Int, of type: Scalar.Type = Scalar.self, _ body: (UnsafeMutablePointer<Scalar>) throws -> R
) rethrows -> R {
    let bytes = count * MemoryLayout<Scalar>.stride
    let block = gradus_allocate(bytes)
    defer { gradus_release(block) }
    return try body(block.assumingMemoryBound(to: Scalar.self))
}
