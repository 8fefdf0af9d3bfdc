import GradusBLAS

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

/// Prints `message` with the place in the user's program and ends it.
///
/// A file of the library is nobody's place: where no line of the user's is known, as for `a + b` or `tensor.item`, the
/// message says where to look for it.
@inline(never)
package func stop(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
    if !isOfLibrary(file) { endProgram(message, file, line) }
    if let call = CallSite.current, !isOfLibrary(call.file) { endProgram(message, call.file, call.line) }
    endProgram(message, file, nil)
}

/// Whether a file is one of this package's modules'.
func isOfLibrary(_ file: StaticString) -> Bool {
    let modules: [StaticString] = [
        "Gradus/", "GradusBLAS/", "GradusData/", "GradusVision/", "GradusText/", "GradusSVM/", "GradusModels/",
    ]
    return file.withUTF8Buffer { name in modules.contains { $0.withUTF8Buffer { name.starts(with: $0) } } }
}
