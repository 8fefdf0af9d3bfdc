/// Ends the program with a message and the place of the caller when `condition` does not hold.
func check(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, _ file: StaticString, _ line: UInt
) {
    if !condition() { fatalError(message(), file: file, line: line) }
}

/// A length as OpenBLAS takes it, which is 32 bits wide.
func int32(_ length: Int, _ operation: String, _ file: StaticString, _ line: UInt) -> Int32 {
    guard let result = Int32(exactly: length) else {
        fatalError("\(operation): OpenBLAS takes lengths of 32 bits, got \(length)", file: file, line: line)
    }
    return result
}
