/// A place in the user's program that errors inside a layer point to.
///
/// A layer is called as `layer(x, pass)` and cannot see its caller's line;
/// ``valueWithGradient(at:file:line:_:)-swift.function`` knows one, and leaves it here while its closure runs, as does
/// whatever else runs a model. Elsewhere errors point to the line that made the layer.
package struct CallSite: Sendable {
    let file: StaticString
    let line: UInt

    @TaskLocal static var current: CallSite?

    /// Runs `body`, which calls the user's layers; errors inside point to the given place, unless that is the library's.
    package static func with<Result>(
        _ file: StaticString, _ line: UInt, _ body: () throws -> Result
    ) rethrows -> Result {
        if isOfLibrary(file) { return try body() }
        return try $current.withValue(CallSite(file: file, line: line)) { try body() }
    }
}

/// Ends the program with a layer's message, at the line of the call where it is known, and else where the layer was made.
func checkLayer(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, madeAt place: CallSite?
) {
    if !condition() { stopLayer(message(), madeAt: place) }
}

/// Ends the program with a layer's message.
@inline(never)
func stopLayer(_ message: String, madeAt place: CallSite?) -> Never {
    if let call = CallSite.current { stop(message, call.file, call.line) }
    if let place, !isOfLibrary(place.file) {
        stop("\(message) (the layer was made here; the backtrace shows the call)", place.file, place.line)
    }
    stop(message, #fileID, #line)
}
