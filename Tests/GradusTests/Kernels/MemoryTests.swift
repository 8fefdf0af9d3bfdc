import CKernels
import Testing

/// In a process of its own, since the other tests take memory beside it.
struct MemoryTests {
    @Test func changingSizesShareBlocks() async {
        await #expect(processExitsWith: .success) {
            for length in 50..<100 { gradus_release(gradus_allocate(length << 14)) }
            for length in (50..<100).reversed() { gradus_release(gradus_allocate(length << 14)) }
            // Classes from 50 to 100: 56, 64, 80, 96, 112; each was asked for while the last one was unused and too small.
            guard gradus_bytes_in_use() == 0, gradus_bytes_kept() <= (56 + 64 + 80 + 96 + 112) << 14 else {
                fatalError("\(gradus_bytes_in_use()) in use, \(gradus_bytes_kept()) kept")
            }
            gradus_trim()
            gradus_release(gradus_allocate(100 << 14))
            let kept = gradus_bytes_kept()
            for length in 60..<100 {
                let block = gradus_allocate(length << 14)
                memoryIsWritable(block, length << 14)
                gradus_release(block)
            }
            guard gradus_bytes_kept() == kept else { fatalError("\(gradus_bytes_kept()) kept instead of \(kept)") }
            // More than half of a block would lie idle.
            gradus_release(gradus_allocate(30 << 14))
            guard gradus_bytes_kept() > kept else { fatalError("a small request took a large block") }
        }
    }
}

private func memoryIsWritable(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
    block.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
}
