/// An error about something from outside, as a file or a data set: its program ends with exit code 3.
public protocol InputError: Error {}

/// A file that cannot be read or written, is damaged, or is not what it should be.
public struct FileError: InputError, Equatable, CustomStringConvertible {
    /// The file, or the name that the caller gave to bytes in memory.
    public let path: String
    /// The byte at which the problem was found, counted from the start of the file, or of the part that ``problem`` names.
    public let offset: Int?
    /// What was found and what was expected.
    public let problem: String
    /// What to do about it; empty when the problem says it.
    public let advice: String

    /// An error about the given file.
    public init(path: String, offset: Int? = nil, problem: String, advice: String = "") {
        (self.path, self.offset, self.problem, self.advice) = (path, offset, problem, advice)
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
