import Gradus
import GradusData

/// Known sets of sentences with their translations, in the files `train`, `val` and `test` whose suffixes are languages.
public enum ParallelDataset: String, Codable, CaseIterable, Sendable {
    /// Debian's package descriptions, English and French.
    case debianDescriptions = "debian-descriptions"
    /// Verses of two Bibles, English and Spanish.
    case verses
    /// 29,000 captions of images, in English, German and French (Elliott et al. 2016).
    case multi30k

    /// The language that English is usually translated into.
    public var target: String { self == .multi30k ? "de" : self == .verses ? "es" : "fr" }

    /// The three parts of the set.
    ///
    /// - Parameter folder: where to look for it; by default in the usual folders.
    /// - Throws: `MissingData` when it is not there, `FileError`.
    public func load(
        _ folder: String? = nil, from source: String, to target: String
    ) throws -> ParallelCorpus {
        let location = try search(source).locate(folder)
        func part(_ name: String) throws -> ParallelText {
            try ParallelText(prefix: "\(location.folder)/\(name)", from: source, to: target)
        }
        return try ParallelCorpus(
            "\(title), \(source) to \(target), \(location.folder) (\(location.origin))", training: part("train"),
            validation: part("val"), test: part(self == .multi30k ? "test_2016_flickr" : "test"))
    }

    /// Whether it is in one of the usual folders.
    public func isFound(from source: String = "en") -> Bool { (try? search(source).locate(nil)) != nil }

    private func search(_ source: String) -> DataSearch {
        DataSearch(set: rawValue, file: "train.\(source)", advice: advice)
    }

    private var title: String {
        switch self {
        case .debianDescriptions: "Debian's package descriptions"
        case .verses: "verses"
        case .multi30k: "Multi30k"
        }
    }

    private var advice: String {
        self == .multi30k
            ? "Put Multi30k's train, val and test_2016_flickr in two languages into .data/multi30k, or name files of your "
                + "own with --data."
            : "`make data` gets it; or name files of your own with --data."
    }
}
