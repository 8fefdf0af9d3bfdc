/// A data file that is damaged or is not what it should be.
public struct DataFileError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What came and what was expected.
    public let problem: String
    /// What to do about it.
    public let advice: String

    /// An error about the given file.
    public init(
        path: String, problem: String,
        advice: String = "Get the file again (`make data` says where), or pass --data with another folder."
    ) {
        (self.path, self.problem, self.advice) = (path, problem, advice)
    }

    /// File, problem and advice.
    public var description: String {
        let end = problem.utf8.last.map { ".?!".utf8.contains($0) } == true ? "" : "."
        return "\(path): \(problem)\(end) \(advice)"
    }
}
