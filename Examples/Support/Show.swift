import Foundation

/// Prints a line at once, so that it keeps its place among the lines of a progress display.
public func show(_ line: some StringProtocol) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
