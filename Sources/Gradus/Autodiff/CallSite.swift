/// The place in the user's program that errors inside a layer point to.
///
/// A layer is called as `layer(x, pass)` and cannot see its caller's line; ``valueWithGradient(at:file:line:_:)-swift.function``
/// knows one, and leaves it here while its closure runs.
struct CallSite: Sendable {
    let file: StaticString
    let line: UInt

    @TaskLocal static var current: CallSite?
}

/// Ends the program with a layer's message, at the user's line where it is known.
func checkLayer(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
    _ file: StaticString = #fileID, _ line: UInt = #line
) {
    if !condition() {
        let site = CallSite.current
        stop(message(), site?.file ?? file, site?.line ?? line)
    }
}
