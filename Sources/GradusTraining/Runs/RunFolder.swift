import Foundation
import Gradus

/// The folder that a run writes to: numbered under `out/PROGRAM`, or the one that `--out` names.
///
/// A run is never overwritten unless `--overwrite` asks for it, and two processes never write to one folder.
public final class RunFolder {
    /// The folder's absolute path.
    public let path: String
    /// Whether a run in it is continued.
    public let isResumed: Bool
    private let lock: RunLock
    private(set) var written: [String] = []
    /// The number under `out/PROGRAM` that `latest` should point to, until it does.
    private var number: Int?

    static let checkpointName = "checkpoint.safetensors"
    private static let manifestName = "run.json"

    /// The folder of the latest run of a program, for commands that use one.
    public static func latest(_ program: String) -> String { "out/\(program)/latest" }

    init(_ flags: RunFlags, program: String) throws {
        if flags.resume && flags.overwrite { throw UsageError("--resume and --overwrite contradict each other") }
        isResumed = flags.resume
        if flags.resume {
            path = Self.absolute(flags.out ?? Self.latest(program))
            guard FileManager.default.fileExists(atPath: "\(path)/\(Self.checkpointName)") else {
                throw FileError(
                    path: "\(path)/\(Self.checkpointName)", problem: "is not there, so there is no run to continue",
                    advice: "Name the run's folder with --out, or leave --resume out.")
            }
            lock = try RunLock(path)
        } else if let out = flags.out {
            let folder = Self.absolute(out)
            path = folder
            let isRun = [Self.checkpointName, Self.manifestName].contains {
                FileManager.default.fileExists(atPath: "\(folder)/\($0)")
            }
            guard !isRun || flags.overwrite else {
                throw UsageError(
                    "\(path) holds a run; add --resume to continue it, --overwrite to delete it, or name another folder"
                )
            }
            try Self.create(path)
            lock = try RunLock(path)
            if isRun { Self.removeRun(in: path) }
        } else if flags.overwrite {
            throw UsageError("--overwrite needs the folder of the run: --out FOLDER")
        } else {
            let parent = Self.absolute("out/\(program)")
            let number = try Self.newNumber(under: parent)
            path = "\(parent)/\(number)"
            self.number = number
            lock = try RunLock(path)
        }
        try writeManifest()
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    static func create(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: path, problem: "cannot be created; choose another folder with --out")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw FileError(path: path, problem: "cannot be written to; choose another folder with --out")
        }
    }

    /// The number of a new folder.
    private static func newNumber(under parent: String) throws -> Int {
        try create(parent)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        var number = (names.compactMap { Int($0) }.max() ?? 0) + 1
        // Another process may take the same number at this moment.
        while mkdir("\(parent)/\(number)", 0o777) != 0 {
            guard errno == EEXIST else {
                throw FileError(
                    path: "\(parent)/\(number)", problem: "cannot be created: \(String(cString: strerror(errno)))")
            }
            number += 1
        }
        return number
    }

    /// Lets `latest` point to this folder, if it is a numbered one, once a checkpoint is in it: a run that could not begin
    /// must not stand in the way of the one before.
    func becomeLatest() throws {
        guard let number else { return }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let link = "\(parent)/.latest-\(number)"
        unlink(link)
        if symlink("\(number)", link) != 0 || rename(link, "\(parent)/latest") != 0 {
            throw FileError(
                path: "\(parent)/latest", problem: "cannot be replaced: \(String(cString: strerror(errno)))")
        }
        self.number = nil
    }

    /// Removes what the run of a folder wrote, and nothing else.
    private static func removeRun(in path: String) {
        let manifest = (try? WholeFile.bytes(of: "\(path)/\(manifestName)")) ?? []
        let names = (try? JSONDecoder().decode([String].self, from: Data(manifest))) ?? []
        for name in names + [checkpointName] where !name.hasPrefix("/") && !name.pieces(between: "/").contains("..") {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    /// The absolute path of a file in the folder, which is listed as written; a folder of it is created.
    public func file(_ name: String) throws -> String {
        if !written.contains(name) {
            written.append(name)
            try writeManifest()
            let folder = URL(fileURLWithPath: "\(path)/\(name)").deletingLastPathComponent().path
            if folder != path { try Self.create(folder) }
        }
        return "\(path)/\(name)"
    }

    /// Removes what a new run wrote if it ended before its first checkpoint, as for lack of data, and a folder with a number.
    func discardUnlessBegun() {
        guard !isResumed, !FileManager.default.fileExists(atPath: "\(path)/\(Self.checkpointName)") else { return }
        Self.removeRun(in: path)
        if number != nil { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The absolute path of a folder in the folder, for files that are many: it is listed as one.
    public func directory(_ name: String) throws -> String {
        let path = try file(name)
        try Self.create(path)
        return path
    }

    private func writeManifest() throws {
        let old = (try? WholeFile.bytes(of: "\(path)/\(Self.manifestName)")).flatMap {
            try? JSONDecoder().decode([String].self, from: Data($0))
        }
        let names = isResumed || !written.isEmpty ? (old ?? []) : []
        let all = names + ([Self.manifestName] + written).filter { !names.contains($0) }
        if all == old { return }
        try AtomicFile.write(JSONEncoder().encode(all), to: URL(fileURLWithPath: "\(path)/\(Self.manifestName)"))
    }

    /// What the checkpoint of the folder says about its run.
    func checkpointRecord() throws -> RunRecord {
        try Checkpoint(contentsOf: "\(path)/\(Self.checkpointName)").value(RunRecord.partName)
    }

    /// Prints the files that are there.
    func listFiles() {
        show("\nfiles:")
        for name in written where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            show("  \(path)/\(name)")
        }
    }
}
