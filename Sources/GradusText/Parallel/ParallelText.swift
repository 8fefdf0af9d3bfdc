import Foundation
import Gradus
import GradusData

/// Two files whose lines are translations of each other.
public struct ParallelText: Sendable {
    /// The sentences of one language.
    public let source: [String]
    /// Their translations.
    public let target: [String]
    /// The file that ``source`` came from, or what made it.
    public let sourcePath: String
    /// The file that ``target`` came from, or what made it.
    public let targetPath: String
    /// The line number of each pair, from 1.
    public let lineNumbers: [Int]

    /// The given sentences.
    ///
    /// - Traps: when they differ in number.
    public init(source: [String], target: [String], name: String = "sentences") {
        check(source.count == target.count, "ParallelText: \(source.count) sentences, \(target.count) translations")
        (self.source, self.target, sourcePath, targetPath) = (source, target, name, name)
        lineNumbers = source.indices.map { $0 + 1 }
    }

    private init(_ text: ParallelText, _ chosen: [Int]) {
        (source, target) = (chosen.map { text.source[$0] }, chosen.map { text.target[$0] })
        (sourcePath, targetPath) = (text.sourcePath, text.targetPath)
        lineNumbers = chosen.map { text.lineNumbers[$0] }
    }

    /// The pairs with line numbers that satisfy `isWanted`; they keep their numbers.
    public func lines(where isWanted: (_ number: Int) -> Bool) -> ParallelText {
        ParallelText(self, source.indices.filter { isWanted(lineNumbers[$0]) })
    }

    /// The first pairs, at most `count`.
    public func first(_ count: Int) -> ParallelText { ParallelText(self, Array(source.indices.prefix(count))) }

    /// Every n-th line for validation and the others for training: neighbors in a text are similar, so a piece at its end
    /// would be another topic.
    ///
    /// - Returns: the parts, and n: 100, or less where there are few lines, or more where there are over 100,000.
    public func split() -> (training: ParallelText, validation: ParallelText, step: Int) {
        let step = max(2, min(100, count / 20), count / 1000)
        return (lines { $0 % step != 0 }, lines { $0 % step == 0 }, step)
    }

    /// Reads two UTF-8 files, plain or compressed with gzip.
    ///
    /// - Throws: `FileError` with file and line when one cannot be read, a line is not UTF-8, the files differ in their
    ///   number of lines, or there is none.
    public init(source sourcePath: String, target targetPath: String) throws {
        let (source, target) = (try TextLines(sourcePath).lines, try TextLines(targetPath).lines)
        (self.source, self.target, self.sourcePath, self.targetPath) = (source, target, sourcePath, targetPath)
        lineNumbers = source.indices.map { $0 + 1 }
        guard source.count == target.count else {
            let isSourceShort = source.count < target.count
            let (short, long) = isSourceShort ? (sourcePath, targetPath) : (targetPath, sourcePath)
            throw FileError(
                path: "\(short):\(min(source.count, target.count))",
                problem: "the file ends here, but \(long) has \(max(source.count, target.count)) lines",
                advice: "Each line must be the translation of the same line in the other file.")
        }
        guard !source.isEmpty else {
            throw FileError(path: sourcePath, problem: "is empty", advice: "Expected a sentence a line.")
        }
    }

    /// Reads `prefix.source` and `prefix.target`, where the suffixes are languages as `en` and `fr`; each may end in `.gz`.
    ///
    /// - Throws: `FileError`, as ``init(source:target:)``.
    public init(prefix: String, from source: String, to target: String) throws {
        try self.init(source: existing("\(prefix).\(source)"), target: existing("\(prefix).\(target)"))
    }

    /// The number of pairs.
    public var count: Int { source.count }
}

/// The path, or else the path of the compressed file.
///
/// - Throws: `FileError` when neither is there.
private func existing(_ path: String) throws -> String {
    guard let found = [path, "\(path).gz"].first(where: FileManager.default.fileExists) else {
        throw FileError(
            path: path, problem: "is not there",
            advice:
                "The texts are two files whose names differ in the language at their end only, as train.en and train.fr."
        )
    }
    return found
}
