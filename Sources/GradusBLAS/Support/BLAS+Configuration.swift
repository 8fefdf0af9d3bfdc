import COpenBLAS

/// The basic linear algebra subprograms of OpenBLAS, for `Float` and `Double`, row-major, with checked arguments.
public enum BLAS {
    /// OpenBLAS's version, as `0.3.21`.
    public static var version: String {
        configuration.split(separator: " ").dropFirst().first.map(String.init) ?? "unknown"
    }

    /// The processor family whose kernels OpenBLAS chose, as `SkylakeX`.
    public static var kernel: String { String(cString: openblas_get_corename()) }

    /// OpenBLAS's own description of how it was built.
    public static var configuration: String { String(cString: openblas_get_config()) }

    /// The number of threads that OpenBLAS itself uses.
    ///
    /// `import Gradus` sets it to 1: the library shares its work out among threads of its own.
    public static var threads: Int {
        get { Int(openblas_get_num_threads()) }
        set { openblas_set_num_threads(Int32(clamping: Swift.max(1, newValue))) }
    }
}
