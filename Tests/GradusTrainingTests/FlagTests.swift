import Foundation
import Gradus
import Testing

@testable import GradusTraining

enum Color: String, FlagValue, CaseIterable { case red, green, darkBlue = "dark-blue" }

struct SourceGroup: FlagGroup {
    @Flag("where the data is", placeholder: "FOLDER") var data: String?
}

struct Painting: Command {
    static let name = "paint"
    static let summary = String(repeating: "many words, ", count: 40)
    static let examples = [CommandExample("paint --color red", "paints")]

    let source = SourceGroup()
    @Operands("images", placeholder: "IMAGE") var images: [String]
    @Flag("passes over the data, " + String(repeating: "again and ", count: 20), 1...9, smoke: 1, full: 9) var epochs =
        2
    @Flag("step size", above: 0) var learningRate: Float = 1e-3
    @Flag("share", above: 0, upTo: 1) var share: Float = 1
    @Flag("what it is painted in") var color = Color.red
    @Flag("colors to mix", check: { Set($0).count == $0.count ? nil : "each color once" }) var colors: [Color] = [.red]
    @Flag("sizes", smoke: [1], full: [1, 2, 3]) var sizes = [1, 2]
    @Flag("seconds at most", 0...600) var seconds: Int?
    @Flag("aside", smoke: "small") var aside: String?
    @Flag("with a frame") var frame = false
    @Flag("its width, by default twice the passes", 1...99) var width = 0

    func prepare() { $width.setDefault(2 * epochs) }
    func run() {}
}

@Suite struct FlagTests {
    @Test func valuesFollowOrStandBehindAnEqualsSign() throws {
        let command: Painting = try set([
            "--epochs", "3", "a.png", "--learning-rate=0.5", "--frame", "--color", "dark-blue", "--colors", "red",
            "green",
            "--sizes=7", "--data", "x=y", "--aside=\u{301}b",
        ])
        #expect(command.epochs == 3 && command.learningRate == 0.5 && command.frame && command.color == .darkBlue)
        #expect(command.colors == [.red, .green] && command.sizes == [7] && command.source.data == "x=y")
        #expect(command.aside == "\u{301}b" && command.images == ["a.png"] && command.seconds == nil)
        #expect(command.$epochs.isGiven && !command.$share.isGiven && command.share == 1)
    }

    @Test func operandsMayFollowTwoDashes() throws {
        let command: Painting = try set(["a.png", "--frame", "--", "--odd.png", "b.png"])
        #expect(command.images == ["a.png", "--odd.png", "b.png"] && command.frame)
    }

    @Test(arguments: [
        (["--epoch", "3"], "there is no flag --epoch; did you mean --epochs?"),
        (["--xyzzy"], "there is no flag --xyzzy; see --help"),
        (["--epochs"], "--epochs needs a value: --epochs N"),
        (["--epochs", "--frame"], "--epochs needs a value: --epochs N"),
        (["--colors", "--frame"], "--colors needs a value: --colors NAME…"),
        (["--frame=1"], "--frame takes no value, got \"1\""),
        (["--epochs", "1", "--epochs=2"], "--epochs was given twice"),
        (["--aside", ""], "--aside was given an empty value"),
        (["--sizes="], "--sizes was given an empty value"),
        (["-x"], "\"-x\" belongs to no flag"),
        (["--epochs", "0"], "--epochs takes an integer from 1 to 9, got \"0\""),
        (["--epochs", "2.5"], "--epochs takes an integer, got \"2.5\""),
        (["--epochs", "99999999999999999999"], "--epochs takes an integer, got \"99999999999999999999\""),
        (["--learning-rate", "-1"], "--learning-rate takes a number above 0, got \"-1\""),
        (["--learning-rate", "nan"], "--learning-rate takes a number, got \"nan\""),
        (["--share", "1.5"], "--share takes a number above 0 and at most 1, got \"1.5\""),
        (["--color", "gren"], "--color takes red or green or dark-blue, got \"gren\"; did you mean green?"),
        (["--colors", "red", "rde"], "--colors takes red or green or dark-blue, got \"rde\"; did you mean red?"),
        (["--colors", "red", "red"], "--colors takes each color once, got \"red red\""),
        (["--sizes", "1", "two"], "--sizes takes an integer, got \"two\""),
        (["--seconds", "601"], "--seconds takes an integer from 0 to 600, got \"601\""),
        (["--smoke", "--full"], "contradict each other"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { let _: Painting = try set(arguments) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func wordsWithoutAFlagNeedOperands() throws {
        struct Plain: Command {
            static let name = "plain"
            static let summary = ""
            func run() {}
        }
        let error = #expect(throws: UsageError.self) { let _: Plain = try set(["image.png"]) }
        #expect(error?.description == "\"image.png\" belongs to no flag; see --help")
    }

    @Test func defaultsDependOnSizeAndOtherFlags() throws {
        let (standard, smoke, full): (Painting, Painting, Painting) = (
            try set([]), try set(["--smoke"]), try set(["--full"])
        )
        #expect(
            [standard, smoke, full].map(\.epochs) == [2, 1, 9] && [standard, smoke, full].map(\.width) == [4, 2, 18])
        #expect([standard, smoke, full].map(\.sizes) == [[1, 2], [1], [1, 2, 3]] && smoke.aside == "small")
        let given: Painting = try set(["--smoke", "--epochs", "5", "--width", "3"])
        #expect(given.epochs == 5 && given.width == 3)
    }

    @Test func helpFitsAndNamesEveryFlag() {
        let (flags, _) = flagSet(of: Painting())
        let text = HelpText(program: "x", command: Painting.self, flags: flags, call: "x paint").text
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        for words in [
            "x paint IMAGE…: many words", "--help ", "--learning-rate X", "--colors NAME…", "--data FOLDER", "--frame ",
            "(default 2)", "one of red, green, dark-blue; default red", "default 1 2)", "swift run -c release x paint",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func theFirstCommandNeedsNoName() throws {
        let program = Program("x", [Painting.self, Training.self])
        #expect(program.commands.map(\.name) == ["paint", "train", "compare"])
        for (arguments, message) in [
            (["pain"], "there is no command \"pain\"; did you mean paint?"), (["--colour"], "did you mean --color?"),
            (["train", "--steps", "0"], "--steps takes an integer from 1"), (["compare", "a"], "two runs or more"),
        ] {
            let error = #expect(throws: UsageError.self) { try program.run(arguments) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test func aProgramsOwnCompareKeepsItsName() {
        struct Own: Command {
            static let name = "compare"
            static let summary = ""
            func run() {}
        }
        #expect(Program("x", [Own.self, Training.self]).commands.map(\.name) == ["compare", "train", "compare-runs"])
        #expect(Program("x", [Own.self]).commands.map(\.name) == ["compare"])
    }

    @Test func errorsHaveTheirExitCodes() {
        let program = Program("x", [Painting.self])
        let errors: [(any Error, Int32)] = [
            (UsageError("no"), 2), (FileError(path: "f", problem: "is damaged"), 3),
            (DivergenceError(step: 1, loss: .nan, parameter: nil), 4), (Interrupted(log: "l"), 130),
            (CancellationError(), 1),
        ]
        for (error, code) in errors { #expect(program.outcome(of: error).code == code) }
    }
}

@Suite struct CompletionTests {
    private let commands = [("paint", flagSet(of: Painting()).0), ("train", flagSet(of: Training()).0)]

    @Test(arguments: [Shell.bash, .zsh, .fish]) func scriptsNameCommandsFlagsAndChoices(_ shell: Shell) {
        let script = completionScript(shell, program: "my-program", commands)
        for word in ["paint", "train", "learning-rate", "red green dark-blue", "save-every"] {
            #expect(script.contains(word), "\(word)")
        }
    }

    /// bash reads the script, and completes with it.
    @Test(arguments: [
        ("my-program --lea", "--learning-rate"), ("my-program pa", "paint"), ("my-program train --sav", "--save-every"),
        ("my-program paint --color da", "dark-blue"),
    ])
    func bashCompletes(_ line: String, _ completion: String) throws {
        try withFolder { folder in
            let words = line.split(separator: " ").map { "\"\($0)\"" }.joined(separator: " ")
            let call = """

                COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _my_program; echo "${COMPREPLY[@]}"
                """
            try write(completionScript(.bash, program: "my-program", commands) + call, "\(folder)/script")
            let (process, output) = (Process(), Pipe())
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["bash", "\(folder)/script"]
            process.standardOutput = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && text == "\(completion)\n")
        }
    }
}
