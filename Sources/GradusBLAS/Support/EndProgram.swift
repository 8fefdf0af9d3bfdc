@preconcurrency import Glibc
import Runtime

/// Prints `file:line: Fatal error: message`, with the line of the program that called the library, and ends the program.
///
/// What is still in the buffer of standard output is written first; it would be lost.
@inline(never)
package func endProgram(_ message: String) -> Never {
    fflush(stdout)
    let place = lineOfCaller().map { "\($0): " } ?? ""
    fputs("\(place)Fatal error: \(message)\n", stderr)
    abort()
}

/// The innermost line on the stack that is not the library's, as `Sources/app/main.swift:31`; the file's path is relative to
/// the working directory where it lies inside.
///
/// No function needs to take its caller's line along. `nil` in a program without debug information, and on threads of the
/// pool, which have no caller. Where an optimized program has made the call by a jump, its caller's line is named.
private func lineOfCaller() -> String? {
    guard let stack = try? Backtrace.capture(limit: 256).symbolicated(with: nil, options: .default) else { return nil }
    for frame in stack.frames {
        guard let line = frame.symbol?.sourceLocation, line.line > 0, line.path.hasPrefix("/"),
            !line.path.hasPrefix(librarySources), !line.path.contains("/stdlib/public/"),
            !line.path.contains("<compiler-generated>"),
            !line.path.contains("/swift-generated-sources/")
        else { continue }
        return "\(shortened(line.path)):\(line.line)"
    }
    return nil
}

/// The folder of the package's modules: `…/Sources/`.
private let librarySources: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/"
}()

private func shortened(_ path: String) -> String {
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    let folder = String(cString: here) + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
}
