import ExampleSupport
import Foundation

/// Writes a text to standard output while it is made, and knows when it should end.
final class TextOutput {
    /// How many characters were taken.
    private(set) var count = 0
    private let stop: [Character]?
    private var last: [Character] = []
    private var waiting = ""

    /// An output that ends with `stop`, once that was written.
    init(stop: [Character]?) { self.stop = stop }

    /// Writes text that counts for nothing, as what the network was given.
    func show(_ text: String) throws { waiting += text }

    /// Writes one character.
    ///
    /// - Returns: whether to go on.
    func take(_ character: Character) throws -> Bool {
        count += 1
        waiting.append(character)
        if character.isNewline || waiting.utf8.count > 4096 { try flush() }
        if let stop {
            last.append(character)
            if last.count > stop.count { last.removeFirst() }
            if last == stop { return false }
        }
        return !Interrupt.isRequested
    }

    func finish() throws {
        if waiting.last?.isNewline != true { waiting += "\n" }
        try flush()
    }

    private func flush() throws {
        try FileHandle.standardOutput.write(contentsOf: Data(waiting.utf8))
        waiting = ""
    }
}
