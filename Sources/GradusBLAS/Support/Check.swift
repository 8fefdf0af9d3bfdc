@preconcurrency import Glibc

/// Ends the program with a message and the place of the caller when `condition` does not hold.
func check(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, _ file: StaticString, _ line: UInt
) {
    if !condition() { endProgram(message(), file, line) }
}

/// A length as OpenBLAS takes it, which is 32 bits wide.
func int32(_ length: Int, _ operation: String, _ file: StaticString, _ line: UInt) -> Int32 {
    guard let result = Int32(exactly: length) else {
        endProgram("\(operation): OpenBLAS takes lengths of 32 bits, got \(length)", file, line)
    }
    return result
}

/// Ends the program with a message and the place of a mistake, when all that it has printed is written out: what lies in
/// the buffer of standard output would be lost with it.
///
/// - Parameter line: `nil` where no line of the program is known.
@inline(never)
package func endProgram(_ message: String, _ file: StaticString, _ line: UInt?) -> Never {
    fflush(stdout)
    if let line { fatalError(message, file: file, line: line) }
    fputs("Fatal error: \(message); the backtrace shows your line\n", stderr)
    abort()
}
