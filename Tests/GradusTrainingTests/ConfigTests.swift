import Foundation
import Gradus
import Testing

@testable import GradusTraining

/// `--config` and `--print-config`.
@Suite struct ConfigTests {
    private func painting(_ config: String, _ arguments: [String] = []) throws -> Painting {
        try withFolder { folder in
            try write(config, "\(folder)/c.json")
            return try set(["--config", "\(folder)/c.json"] + arguments)
        }
    }

    @Test func aFileSetsFlagsAndTheCommandLineGoesBeforeIt() throws {
        let command = try painting(
            #"{"epochs": 4, "color": "green", "sizes": [5], "seconds": null, "learning-rate": 0.5, "data": "d"}"#,
            ["--epochs", "6"])
        #expect(command.epochs == 6 && command.color == .green && command.sizes == [5] && command.seconds == nil)
        #expect(command.learningRate == 0.5 && command.source.data == "d" && command.width == 12)
    }

    @Test func theSizeOfAFileChoosesDefaults() throws {
        #expect(try painting(#"{"smoke": true}"#).epochs == 1)
        #expect(try painting(#"{"full": true, "epochs": 3}"#).sizes == [1, 2, 3])
    }

    @Test(arguments: [
        (#"{"epoch": 4}"#, "there is no setting \"epoch\"; did you mean \"epochs\"?"),
        (#"{"epochs": "four"}"#, "\"epochs\" takes an integer, got \"four\""),
        (#"{"epochs": 0}"#, "\"epochs\" takes an integer from 1 to 9, got 0"),
        (#"{"epochs": {"first": 1}}"#, "\"epochs\" takes an integer, got {\"first\":1}"),
        (#"{"color": "gren"}"#, "\"color\" takes red or green or dark-blue"),
        (#"{"sizes": 3}"#, "\"sizes\" takes a list, each an integer, got 3"),
        (#"{"frame": 1}"#, "\"frame\" takes true or false, got 1"),
        (#"{"colors": ["red", "red"]}"#, "each color once"), (#"{"out": "x"}"#, "there is no setting \"out\""),
        (#"{"smoke": true, "full": true}"#, "contradict"),
    ])
    func mistakesInAFileAreNamed(_ config: String, _ message: String) {
        let error = #expect(throws: UsageError.self) { try painting(config) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["", "[1]", "{\"epochs\": 1", "no JSON"]) func otherFilesAreRefused(_ config: String) {
        let error = #expect(throws: FileError.self) { try painting(config) }
        #expect(error?.description.contains("is not a JSON object of flags") == true)
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect(throws: FileError.self) { let _: Painting = try set(["--config", "/nowhere/c.json"]) }
    }

    @Test(arguments: [
        [], ["--smoke"], ["--full", "--epochs", "3"],
        ["--learning-rate", "0.1", "--colors", "green", "red", "--aside", "a \"b\" ü", "--seconds", "0", "--frame"],
    ])
    func printedSettingsAreTheSameCommand(_ arguments: [String]) throws {
        func values(_ arguments: [String]) throws -> SettingValues {
            let command = Painting()
            let (flags, run) = flagSet(of: command)
            let settings = try Settings(flags, flags.parse(arguments).flags, run, program: "x", trains: false)
            command.prepare()
            return try settings.values(flags)
        }
        try withFolder { folder in
            let first = try values(arguments)
            try write(first.text, "\(folder)/c.json")
            #expect(try values(["--config", "\(folder)/c.json"]) == first)
            #expect(first.values["out"] == nil && first.values["epochs"] != nil && first.values["seed"] == 1)
        }
    }
}
