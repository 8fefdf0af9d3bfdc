import CKernels

/// Memory held by tensors.
public enum Memory {
    /// Bytes held by tensors now.
    public static var bytesInUse: Int { gradus_bytes_in_use() }

    /// The most bytes that tensors have held at one time.
    public static var peakBytesInUse: Int { gradus_peak_bytes_in_use() }

    /// Bytes that no tensor uses and that are kept for the next ones.
    public static var bytesKept: Int { gradus_bytes_kept() }

    /// Gives the memory that no tensor uses back to the system.
    public static func trim() { gradus_trim() }
}
