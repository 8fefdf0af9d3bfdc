import GradusBLAS

extension BLAS {
    /// Sets OpenBLAS to one thread, once: large products are cut by us, so that nothing nests.
    @inline(__always)
    static func prepareForOwnThreads() { _ = oneThreadEach }

    private static let oneThreadEach: Void = { BLAS.threads = 1 }()
}
