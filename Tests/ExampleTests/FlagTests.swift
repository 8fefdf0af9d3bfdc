import ExampleSupport
import Gradus
import GradusData
import Testing

@Suite struct FlagTests {
    private let known =
        FlagSpecification.common(
            epochs: "2", batchSize: "100", learningRate: "0.001", out: "out/x", data: "where the data is",
            full: "everything")
        + [FlagSpecification("--classify", .values("FILE"), "name images")]

    @Test func valuesFollowOrStandBehindAnEqualsSign() throws {
        let flags = try Flags(["--epochs", "3", "--seed=7", "--smoke", "--classify", "a.png", "b.png"], known)
        #expect(try flags.integer("--epochs", in: 1...9) == 3)
        #expect(try flags.integer("--seed", in: 0...9) == 7)
        #expect(flags.has("--smoke") && !flags.has("--full"))
        #expect(flags.texts("--classify") == ["a.png", "b.png"])
        #expect(try flags.positiveNumber("--learning-rate") == nil)
    }

    @Test(arguments: [
        (["--epoch", "3"], "there is no flag --epoch; did you mean --epochs?"),
        (["--xyzzy"], "there is no flag --xyzzy; see --help"),
        (["--epochs"], "--epochs needs a value: --epochs N"),
        (["--smoke=1"], "--smoke takes no value"),
        (["--seed", "1", "--seed", "2"], "--seed was given twice"),
        (["image.png"], "\"image.png\" belongs to no flag"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try Flags(arguments, known) }
        #expect(error?.description.contains(message) == true)
    }

    @Test func valuesAreChecked() throws {
        let flags = try Flags(["--epochs", "0", "--learning-rate", "-1", "--data", "fashon"], known)
        #expect(throws: UsageError("--epochs takes an integer from 1 to 9, got \"0\"")) {
            try flags.integer("--epochs", in: 1...9)
        }
        #expect(throws: UsageError("--learning-rate takes a number above 0, got \"-1\"")) {
            try flags.positiveNumber("--learning-rate")
        }
        let error = #expect(throws: UsageError.self) { try flags.choice("--data", of: ["fashion", "mnist"]) }
        #expect(error?.description == "--data takes fashion or mnist, got \"fashon\"; did you mean fashion?")
    }

    @Test func helpFitsAndNamesEveryFlag() {
        let help = HelpText(
            program: "x", summary: String(repeating: "many words ", count: 40), examples: [("swift run x", "runs")],
            flags: known)
        #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(["--help", "--learning-rate X", "--classify FILE…"].allSatisfy(help.text.contains))
    }
}
