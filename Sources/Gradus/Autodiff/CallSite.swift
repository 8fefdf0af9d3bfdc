/// A place in the user's program that errors inside a layer point to.
///
/// A layer is called as `layer(x, pass)` and cannot see its caller's line;
/// ``valueWithGradient(at:file:line:_:)-swift.function`` knows one, and leaves it here while its closure runs, as does
/// whatever else runs a model. Elsewhere errors point to the line that made the layer.
package struct CallSite: Sendable {
    let file: StaticString
    let line: UInt
    /// The names of the layers of the model that the call runs, where it knows it.
    let names: ModuleNames?

    init(file: StaticString, line: UInt, names: ModuleNames? = nil) {
        (self.file, self.line, self.names) = (file, line, names)
    }

    @TaskLocal static var current: CallSite?

    /// Runs `body`, which calls the user's layers; errors inside point to the given place, unless that is the library's.
    package static func with<Result>(
        _ file: StaticString, _ line: UInt, running model: (any Module)? = nil, _ body: () throws -> Result
    ) rethrows -> Result {
        var place = CallSite(file: file, line: line, names: model.map { ModuleNames(of: $0) } ?? current?.names)
        if isOfLibrary(file) {
            guard model != nil, let current else { return try body() }
            place = CallSite(file: current.file, line: current.line, names: place.names)
        }
        return try $current.withValue(place) { try body() }
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
