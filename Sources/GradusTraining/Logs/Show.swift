import Foundation

/// Prints a line at once, so that it keeps its place among the lines of a progress display.
public func show(_ line: some StringProtocol) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// Prints a line on standard error, so that it does not mix with results that are piped to another program.
public func showError(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

/// Prints rows of two columns.
public func showTable(_ rows: [(name: String, value: String)]) {
    let width = (rows.map(\.name.count).max() ?? 0) + 2
    for (name, value) in rows { show(name.padded(to: width) + value) }
    show("")
}

extension String {
    /// The text with blanks after it, `width` characters in all.
    package func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
