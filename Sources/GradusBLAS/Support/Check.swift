/// Ends the program with a message and the line that made the mistake when `condition` does not hold.
///
/// For a programmer's mistakes: shapes, ranks, indices. `precondition` would print nothing in a release build.
@inline(__always)
func check(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
    if !condition() { endProgram(message()) }
}

/// A length as OpenBLAS takes it, which is 32 bits wide.
func int32(_ length: Int, _ operation: String) -> Int32 {
    guard let result = Int32(exactly: length) else {
        endProgram("\(operation): OpenBLAS takes lengths of 32 bits, got \(length)")
    }
    return result
}
