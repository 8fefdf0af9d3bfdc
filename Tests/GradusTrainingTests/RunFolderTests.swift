import Foundation
import Gradus
import Testing

@testable import GradusTraining

@Suite struct RunFolderTests {
    /// What `out/PROGRAM` must be called to lie in a folder.
    private func program(in folder: String) -> String {
        let here = URL(fileURLWithPath: "out").standardizedFileURL.pathComponents.count - 1
        return String(repeating: "../", count: here) + folder.dropFirst()
    }

    private func begun(_ run: RunFlags, _ program: String = "x") throws -> RunFolder {
        let folder = try RunFolder(run, program: program)
        try write("", folder.file(RunFolder.checkpointName))
        try folder.begin()
        return folder
    }

    @Test func runsAreNumberedAndTheLatestIsLinked() throws {
        try withFolder { folder in
            let program = program(in: folder)
            for number in 1...3 { #expect(try begun(RunFlags(), program).path == "\(folder)/\(number)") }
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/latest") == "3")
            try FileManager.default.removeItem(atPath: "\(folder)/2")
            try FileManager.default.createDirectory(atPath: "\(folder)/10", withIntermediateDirectories: true)
            #expect(try begun(RunFlags(), program).path == "\(folder)/11")
            #expect(try RunFolder(runFlags("--resume"), program: program).path == "\(folder)/11")
        }
    }

    @Test func aRunThatDoesNotBeginLeavesNothing() throws {
        try withFolder { folder in
            let program = program(in: folder)
            _ = try begun(RunFlags(), program)
            let other = try RunFolder(RunFlags(), program: program)
            try write("", other.file("tensorboard/events"))
            other.removeUnlessBegun()
            #expect(!exists("\(folder)/2"))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/latest") == "1")
            try write("mine", "\(folder)/1/note")
            let named = try RunFolder(runFlags("--out", "\(folder)/new"), program: program)
            try write("mine", "\(folder)/new/note")
            named.removeUnlessBegun()
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/new") == ["note"])
            let begun = try begun(runFlags("--out", "\(folder)/begun"))
            begun.removeUnlessBegun()
            #expect(exists("\(folder)/begun/run.json"))
        }
    }

    @Test func aFolderThatHoldsARunIsRefused() throws {
        try withFolder { folder in
            _ = try begun(runFlags("--out", folder))
            let error = #expect(throws: UsageError.self) { try RunFolder(runFlags("--out", folder), program: "x") }
            #expect(error?.description.contains("add --resume to continue it, --overwrite to delete it") == true)
        }
    }

    @Test func overwritingRemovesWhatTheRunWroteAndNothingElse() throws {
        try withFolder { folder in
            let run = "\(folder)/run"
            do {
                let first = try begun(runFlags("--out", run))
                for name in ["loss.svg", "images/a.png", "tensorboard/events"] { try write("old", first.file(name)) }
            }
            try write("mine", "\(run)/note.txt")
            try write("mine", "\(run)/images/b.png")
            // A manifest may name no file outside of the folder.
            try write("outside", "\(folder)/outside")
            let names = try JSONDecoder().decode([String].self, from: bytes("\(run)/run.json"))
            try JSONEncoder().encode(names + ["../outside", "\(folder)/outside"]).write(
                to: URL(fileURLWithPath: "\(run)/run.json"))
            _ = try begun(runFlags("--out", run, "--overwrite"))
            #expect(!exists("\(run)/loss.svg") && !exists("\(run)/images/a.png") && !exists("\(run)/tensorboard"))
            #expect(exists("\(run)/note.txt") && exists("\(run)/images/b.png") && exists("\(folder)/outside"))
            #expect(exists("\(run)/run.json"))
        }
    }

    @Test func aResumedRunGoesOnWithItsFiles() throws {
        try withFolder { folder in
            do {
                let first = try begun(runFlags("--out", folder))
                try write("", first.file("early.png"))
            }
            let second = try RunFolder(runFlags("--out", folder, "--resume"), program: "x")
            _ = try second.file("late.png")
            #expect(second.isResumed && second.written == [RunFolder.checkpointName, "early.png", "late.png"])
            #expect(
                try JSONDecoder().decode([String].self, from: bytes("\(folder)/run.json")) == ["run.json"]
                    + second.written)
        }
    }

    @Test func contradictionsAndMissingRunsAreNamed() throws {
        try withFolder { folder in
            for (flags, message) in [
                (["--resume", "--overwrite"], "contradict each other"),
                (["--overwrite"], "--overwrite needs the folder"),
                (["--resume", "--out", folder], "so there is no run to continue"),
            ] {
                let run = RunFlags()
                for (entry, texts) in try FlagSet([run]).parse(flags).flags { try entry.set(texts) }
                let error = #expect(throws: (any Error).self) { try RunFolder(run, program: "x") }
                #expect(error.map { "\($0)" }?.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
            }
            try write("", "\(folder)/file")
            #expect(throws: FileError.self) { try RunFolder(runFlags("--out", "\(folder)/file"), program: "x") }
        }
    }

    /// A process of its own holds the lock from its first line of progress to its end; Ctrl-C then saves and ends it.
    @Test func aFolderIsForOneProcess() throws {
        try withFolder { folder in
            let (process, output) = (Process(), Pipe())
            let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("tabular-regression")
            process.arguments = ["--out", folder, "--epochs", "100000", "--threads", "1"]
            (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
            try process.run()
            var text = ""
            while !text.contains("epoch 1/") {
                let data = output.fileHandleForReading.availableData
                guard !data.isEmpty else { break }
                text += String(decoding: data, as: UTF8.self)
            }
            #expect(RunLock.isHeld(folder))
            let error = #expect(throws: FileError.self) {
                try RunFolder(runFlags("--out", folder, "--resume"), program: "x")
            }
            #expect(error?.problem.contains("another run is writing here") == true)
            #expect(throws: FileError.self) { try RunFolder(runFlags("--out", folder, "--overwrite"), program: "x") }
            #expect(exists("\(folder)/\(RunFolder.checkpointName)"))
            process.interrupt()
            _ = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 130 && !RunLock.isHeld(folder))
            #expect(try RunFolder(runFlags("--out", folder, "--resume"), program: "x").isResumed)
        }
    }
}
