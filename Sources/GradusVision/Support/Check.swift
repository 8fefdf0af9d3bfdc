/// Ends the program with the caller's file and line when a programmer's assumption does not hold.
///
/// `precondition` prints nothing in a release build, so it would leave the caller without the reason.
@inline(__always)
func check(_ condition: Bool, _ message: @autoclosure () -> String, _ file: StaticString, _ line: UInt) {
    if !condition { fatalError(message(), file: file, line: line) }
}
