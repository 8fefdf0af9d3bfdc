/// Ends the program with a message and the place of the caller when `condition` does not hold.
///
/// For a programmer's mistakes: shapes, ranks, indices. `precondition` would print nothing in a release build.
@inline(__always)
package func check(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
    _ file: StaticString = #fileID, _ line: UInt = #line
) {
    if !condition() { stop(message(), file, line) }
}

/// Prints `message` with the caller's place and ends the program.
@inline(never)
package func stop(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
    fatalError(message, file: file, line: line)
}
