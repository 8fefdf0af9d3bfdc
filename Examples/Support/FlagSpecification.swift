/// One flag of a program, as its help lists it.
public struct FlagSpecification: Sendable {
    /// How a flag takes values.
    public enum Form: Equatable, Sendable {
        /// It stands alone.
        case toggle
        /// One value follows, called so in the help.
        case value(String)
        /// One or more values follow, called so in the help.
        case values(String)
    }

    let name: String
    let form: Form
    let help: String

    /// A flag, with its two dashes.
    public init(_ name: String, _ form: Form = .toggle, _ help: String) {
        (self.name, self.form, self.help) = (name, form, help)
    }

    /// The flags that every program has.
    public static func common(
        epochs: String, batchSize: String, learningRate: String, out: String, data: String, full: String
    ) -> [FlagSpecification] {
        [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--seed", .value("N"), "choose the random numbers (default 1)"),
            FlagSpecification("--epochs", .value("N"), "passes over the training data (default \(epochs))"),
            FlagSpecification("--batch-size", .value("N"), "examples a step (default \(batchSize))"),
            FlagSpecification("--learning-rate", .value("X"), "how far a step goes (default \(learningRate))"),
            FlagSpecification("--data", .value("FOLDER"), data),
            FlagSpecification("--out", .value("FOLDER"), "where results go (default \(out))"),
            FlagSpecification("--resume", .toggle, "continue the run in the --out folder where it stopped"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
            FlagSpecification("--smoke", .toggle, "a run of seconds on little data, to see that all works"),
            FlagSpecification("--full", .toggle, full),
        ]
    }
}
