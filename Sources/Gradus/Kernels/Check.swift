import GradusBLAS

/// Ends the program with a message and the caller's line when `condition` does not hold.
///
/// For a programmer's mistakes: shapes, ranks, indices. `precondition` would print nothing in a release build.
@inline(__always)
package func check(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
    if !condition() { stop(message()) }
}

/// Prints `message` behind the line of the program that called the library, and ends the program.
@inline(never)
package func stop(_ message: String) -> Never { endProgram(message) }
