import Foundation
import Gradus

/// The location of a data set, and how it was found.
public struct DataLocation: Equatable, Sendable {
    /// The folder.
    public let folder: String
    /// How it was found, in words, such as `$GRADUS_DATA`.
    public let origin: String
}

/// A data set that was not found.
public struct MissingData: InputError, CustomStringConvertible {
    /// The set's name.
    public let set: String
    /// The folders that were searched.
    public let searched: [String]
    /// How to get it.
    public let advice: String

    /// The missing set, the folders that were searched, and the advice.
    public var description: String {
        "no data set \(set) found\n  looked in: \(searched.joined(separator: "\n             "))\n  \(advice)"
    }
}

/// Where a data set is searched for: a folder that the caller names; `$GRADUS_DATA/<set>`; the folders of system packages;
/// `.data/<set>`.
public struct DataSearch: Sendable {
    /// The folder's name under `$GRADUS_DATA` and `.data`.
    public let set: String
    /// Folders of system packages.
    public let systemFolders: [String]
    /// A file that must exist; its name may also end in `.gz`.
    public let file: String
    /// Files that also prove that the set, or a part of it, exists.
    public let otherFiles: [String]
    /// How to get the set.
    public let advice: String

    /// A search for the set of the given name.
    public init(
        set: String, systemFolders: [String] = [], file: String, otherFiles: [String] = [], advice: String
    ) {
        (self.set, self.systemFolders, self.advice) = (set, systemFolders, advice)
        (self.file, self.otherFiles) = (file, otherFiles)
    }

    /// The first place that holds the set; no other than `folder` is searched if it is given.
    ///
    /// - Throws: ``MissingData``.
    public func locate(
        _ folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> DataLocation {
        var locations: [DataLocation] = []
        if let folder {
            locations = [DataLocation(folder: folder, origin: "the folder named")]
            // A folder of several sets works as well.
            locations.append(DataLocation(folder: "\(folder)/\(set)", origin: "the folder named"))
        } else {
            if let data = environment["GRADUS_DATA"], !data.isEmpty {
                locations.append(DataLocation(folder: "\(data)/\(set)", origin: "$GRADUS_DATA"))
            }
            locations += systemFolders.map { DataLocation(folder: $0, origin: "system package") }
            locations.append(DataLocation(folder: ".data/\(set)", origin: ".data"))
        }
        for location in locations
        where ([file] + otherFiles).contains(where: { path(of: $0, in: location.folder) != nil }) {
            return location
        }
        throw MissingData(set: set, searched: locations.map(\.folder), advice: advice)
    }

    /// The path of ``file`` at a location that was found, plain or compressed.
    package func file(in location: DataLocation) -> String {
        path(of: file, in: location.folder) ?? "\(location.folder)/\(file)"
    }

    /// The file in the folder, plain or compressed, with the dots that some copies have in its name.
    func path(of name: String, in folder: String) -> String? {
        let dotted = name.replacingOccurrences(of: "-idx", with: ".idx")
        return [name, "\(name).gz", dotted, "\(dotted).gz"].map { "\(folder)/\($0)" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }
}
