import GradusBLAS

/// Ends the program with a message and the caller's line if `condition` is false.
///
/// For programming errors: shapes, ranks, indices. `precondition` prints nothing in a release build.
@inline(__always)
package func check(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
    if !condition() { stop(message()) }
}

/// Prints `message` with the line that called the library, and ends the program.
@inline(never)
package func stop(_ message: String) -> Never { endProgram(message) }
