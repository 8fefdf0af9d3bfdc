import Gradus
import GradusData

/// The first 1.1 million characters of Shakespeare's plays, one file of 65 different characters, from char-rnn (Karpathy
/// 2015).
public struct TinyShakespeare: Sendable {
    /// The text.
    public let text: String
    /// Where the file was found.
    public let location: DataLocation

    /// Where the set is searched for.
    public static let search = DataSearch(
        set: "tinyshakespeare", file: "input.txt",
        advice: "Put char-rnn's data/tinyshakespeare/input.txt into .data/tinyshakespeare, or name a text of your own.")

    /// Reads the text from `folder`, or from where ``search`` finds it.
    ///
    /// - Throws: `MissingData` or `FileError`.
    public init(_ folder: String? = nil) throws {
        location = try Self.search.locate(folder)
        text = try TextFile(Self.search.file(in: location)).text
    }
}

/// Shakespeare's plays, 5.3 million characters of Markdown in a file a play.
public struct ShakespearePlays: Sendable {
    /// The text of all plays.
    public let text: String
    /// Where the files were found.
    public let location: DataLocation

    /// Where the set is searched for.
    public static let search = DataSearch(
        set: "shakespeare", file: "plays",
        advice: "Put the plays, a file each, into .data/shakespeare/plays, or name a text of your own.")

    /// Reads the plays from `folder`, or from where ``search`` finds them.
    ///
    /// - Throws: `MissingData` or `FileError`.
    public init(_ folder: String? = nil) throws {
        location = try Self.search.locate(folder)
        text = try TextFile(Self.search.file(in: location)).text
    }
}
