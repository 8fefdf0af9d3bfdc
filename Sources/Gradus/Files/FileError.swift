/// A file that cannot be read or written, is damaged, or is not what it should be.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable {
        /// The file is missing, not readable, or not a regular file.
        case cannotRead
        /// The file cannot be written; the target is unchanged, and nothing else is left.
        case cannotWrite
        /// The file is of another format than expected.
        case wrongFormat
        /// The file ends before its contents do.
        case truncated
        /// The contents are malformed, or not what they should be.
        case damaged
        /// The contents are larger than the caller's limit.
        case tooLarge
        /// The contents are too small for the caller.
        case tooSmall
    }

    /// The kind of failure.
    public let kind: Kind
    /// The file, or the name that the caller gave to bytes in memory.
    public let path: String
    /// The byte at which the problem was found, counted from the start of the file, or of the part that ``problem`` names.
    public let offset: Int?
    /// What was found and what was expected.
    public let problem: String
    /// What to do about it; empty when the problem says it.
    public let advice: String

    /// An error about the given file.
    public init(
        _ kind: Kind = .damaged, path: String, offset: Int? = nil, problem: String, advice: String = ""
    ) {
        (self.kind, self.path, self.offset, self.problem, self.advice) = (kind, path, offset, problem, advice)
    }

    /// File, offset, problem and advice.
    public var description: String {
        let name = path.isEmpty ? "\"\"" : path
        let text = "\(name): \(offset.map { "at byte \($0) " } ?? "")\(problem)"
        guard !advice.isEmpty else { return text }
        let end = problem.utf8.last.map { ".?!".utf8.contains($0) } == true ? "" : "."
        return "\(text)\(end) \(advice)"
    }
}
