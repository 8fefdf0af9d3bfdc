@preconcurrency import Glibc
import Runtime

/// Ends the program with a message and the caller's line if `condition` is false.
///
/// For programming errors: shapes, ranks, indices. `precondition` prints nothing in a release build.
@inline(__always)
func check(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
    if !condition() { endProgram(message()) }
}

/// A length as the 32-bit integer that OpenBLAS takes.
func int32(_ length: Int, _ operation: String) -> Int32 {
    guard let result = Int32(exactly: length) else {
        endProgram("\(operation): OpenBLAS takes lengths of 32 bits, got \(length)")
    }
    return result
}

/// Prints `file:line: Fatal error: message`, with the line that called the library, and ends the program.
///
/// Buffered standard output is written first; it would otherwise be lost.
@inline(never)
package func endProgram(_ message: String) -> Never {
    fflush(stdout)
    let location = lineOfCaller().map { "\($0): " } ?? ""
    fputs("\(location)Fatal error: \(message)\n", stderr)
    abort()
}

/// The innermost line of the stack outside the library, such as `Sources/app/main.swift:31`; paths inside the working
/// directory are relative to it.
///
/// So no function has to pass on its caller's line. `nil` in a program without debug information, and on threads of
/// the pool, which have no caller. The optimizer merges functions that differ only in constants; a merged function has
/// no line, and its caller's line is reported.
private func lineOfCaller() -> String? {
    guard let stack = try? Backtrace.capture(limit: 256).symbolicated(with: nil, options: .default) else { return nil }
    for frame in stack.frames {
        guard let line = frame.symbol?.sourceLocation, line.line > 0, line.path.hasPrefix("/"),
            !line.path.hasPrefix(librarySources), !line.path.contains("/stdlib/public/"),
            !line.path.contains("<compiler-generated>")
        else { continue }
        return "\(shortened(line.path)):\(line.line)"
    }
    return nil
}

/// The folder of the package's modules: `…/Sources/`.
private let librarySources: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/"
}()

private func shortened(_ path: String) -> String {
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    let folder = String(cString: here) + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
}
