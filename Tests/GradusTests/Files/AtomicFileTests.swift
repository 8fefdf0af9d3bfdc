import Foundation
import Gradus
import Testing

@Suite struct AtomicFileTests {
    /// A program that saves all the time is killed at any moment: the file is a whole one, and the next save clears the folder.
    ///
    /// `GRADUS_KILLS` asks for more than the usual number.
    @Test(.timeLimit(.minutes(5))) func aKilledSaveDamagesAndLeavesNothing() throws {
        let kills = ProcessInfo.processInfo.environment["GRADUS_KILLS"].flatMap { Int($0) } ?? 25
        try withFolder { folder in
            let path = "\(folder)/checkpoint.safetensors"
            let programs = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
                .deletingLastPathComponent()
            var words = RandomWords(RandomGenerator(seed: 9))
            var (damaged, found, left) = (0, 0, 0)
            for _ in 0..<kills {
                let process = Process()
                process.executableURL = programs.appendingPathComponent("endless-saver")
                process.arguments = [path]
                let output = Pipe()
                process.standardOutput = output
                try process.run()
                // After a save, and then anywhere within the next ones.
                _ = try output.fileHandleForReading.read(upToCount: 1)
                usleep(UInt32.random(in: 0..<30_000, using: &words))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                // A header that fits, and the same four bytes from the first number to the last.
                let numbers = try Data(contentsOf: URL(fileURLWithPath: path)).suffix(4 << 20)
                let isWhole = numbers.dropFirst(4) == numbers.dropLast(4)
                if !isWhole || (try? SafeTensors(contentsOf: URL(fileURLWithPath: path))) == nil { damaged += 1 }
                found += try names(folder).count - 1
                try AtomicFile.write(Data("next".utf8), to: URL(fileURLWithPath: "\(folder)/next"))
                left += try names(folder).count - 2
                try FileManager.default.removeItem(atPath: "\(folder)/next")
            }
            print("\(kills) kills: \(damaged) damaged files, \(found) abandoned, \(left) after the next save")
            #expect(damaged == 0 && left == 0)
            // Else none of the kills came within a save.
            #expect(found > 0)
        }
    }

    /// A file that is being written is not abandoned: not by a thread of the same process, nor by another one's save.
    @Test func whatIsBeingWrittenStays() throws {
        try withFolder { folder in
            let target = URL(fileURLWithPath: "\(folder)/file")
            try AtomicFile.write(to: target) { handle in
                try handle.write(contentsOf: Data("outer".utf8))
                try AtomicFile.write(Data("inner".utf8), to: target)
                #expect(try String(contentsOf: target, encoding: .utf8) == "inner")
                #expect(try names(folder).count == 2)
            }
            #expect(try String(contentsOf: target, encoding: .utf8) == "outer" && names(folder) == ["file"])
        }
    }

    @Test func manyThreadsMayWriteOneTarget() throws {
        try withFolder { folder in
            let target = URL(fileURLWithPath: "\(folder)/file")
            let contents = (0..<8).map { Data(repeating: $0, count: 300_000) }
            DispatchQueue.concurrentPerform(iterations: 64) { index in
                do {
                    try AtomicFile.write(contents[index % 8], to: target)
                    let seen = try Data(contentsOf: target)
                    #expect(seen.count == 300_000 && seen.allSatisfy { $0 == seen[0] })
                } catch {
                    Issue.record(error)
                }
            }
            let left = try names(folder)
            #expect(left == ["file"])
        }
    }

    /// Only files that end as ours do are taken for abandoned ones.
    @Test func otherHiddenFilesStay() throws {
        try withFolder { folder in
            let mine = ".file.99999999-abc.gradus-tmp"
            for name in [mine, ".file.tmp", "file.gradus-tmp", ".hidden", ".file.123.tmp"] {
                try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            try AtomicFile.write(Data(), to: URL(fileURLWithPath: "\(folder)/other"))
            #expect(try names(folder) == [".file.123.tmp", ".file.tmp", ".hidden", "file.gradus-tmp", "other"])
        }
    }

    @Test func permissionsAreThoseOfAnOrdinaryFile() throws {
        try withFolder { folder in
            func mode(_ name: String) throws -> Int {
                try #require(
                    FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions] as? Int)
            }
            try Data().write(to: URL(fileURLWithPath: "\(folder)/ordinary"))
            let descriptor = open("\(folder)/plain", O_WRONLY | O_CREAT, 0o666)
            close(descriptor)
            let target = URL(fileURLWithPath: "\(folder)/file")
            try AtomicFile.write(Data("a".utf8), to: target)
            #expect(try mode("file") == mode("plain"))
            for bits in [0o600, 0o640, 0o755] {
                #expect(chmod(target.path, mode_t(bits)) == 0)
                try AtomicFile.write(Data("b".utf8), to: target)
                #expect(try mode("file") == bits)
            }
        }
    }

    /// What a link leads to is replaced, and the link stays; one that leads nowhere yet makes its file.
    @Test func linksStayLinks() throws {
        try withFolder { folder in
            let files = FileManager.default
            try files.createDirectory(atPath: "\(folder)/disk", withIntermediateDirectories: false)
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder)/disk/file"))
            try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "disk/file")
            try files.createSymbolicLink(atPath: "\(folder)/again", withDestinationPath: "\(folder)/link")
            try files.createSymbolicLink(atPath: "\(folder)/new", withDestinationPath: "disk/other")
            try files.createSymbolicLink(atPath: "\(folder)/circle", withDestinationPath: "circle")
            try AtomicFile.write(Data("one".utf8), to: URL(fileURLWithPath: "\(folder)/again"))
            #expect(try String(contentsOfFile: "\(folder)/disk/file", encoding: .utf8) == "one")
            try AtomicFile.write(Data("two".utf8), to: URL(fileURLWithPath: "\(folder)/new"))
            #expect(try String(contentsOfFile: "\(folder)/disk/other", encoding: .utf8) == "two")
            #expect(try files.destinationOfSymbolicLink(atPath: "\(folder)/link") == "disk/file")
            #expect(try names(folder + "/disk") == ["file", "other"])
            let circle = #expect(throws: FileError.self) {
                try AtomicFile.write(Data(), to: URL(fileURLWithPath: "\(folder)/circle"))
            }
            #expect(circle?.problem.contains("symbolic link to itself") == true)
        }
    }

    /// Path and reason are named, and a device or a pipe is not replaced by a file.
    @Test func whatCannotBeWrittenIsNamed() throws {
        try withFolder { folder in
            #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
            let long = String(repeating: "x", count: 300)
            for (path, words) in [
                ("\(folder)/none/file", "No such file"), (folder, "a folder"), ("\(folder)/pipe", "no regular file"),
                ("/dev/null", "no regular file"), ("\(folder)/\(long)", "name too long"),
            ] {
                let error = #expect(throws: FileError.self) {
                    try AtomicFile.write(Data("x".utf8), to: URL(fileURLWithPath: path))
                }
                #expect(error?.path == path && error?.problem.contains(words) == true, "\(String(describing: error))")
            }
            #expect(try names(folder) == ["pipe"])
            // A name of the greatest length leaves no room for more.
            try AtomicFile.write(Data("x".utf8), to: URL(fileURLWithPath: "\(folder)/\(long.prefix(255))"))
            #expect(try names(folder).count == 2)
        }
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "gradus-files-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(URL(fileURLWithPath: folder).standardizedFileURL.path)
    }
}
