/// The text that `--help` prints.
public struct HelpText: Sendable {
    /// The program's name, as `swift run` takes it.
    public let program: String
    /// What it does and teaches.
    public let summary: String
    /// Commands to copy, each with what it does.
    public let examples: [(command: String, effect: String)]
    /// What words without a flag are, as `PICTURE…`; nil where there may be none.
    public let operands: String?
    /// All flags.
    public let flags: [FlagSpecification]
    /// Stands before everything else.
    private var overview = ""

    /// A text of the given parts.
    public init(
        program: String, summary: String, operands: String? = nil, examples: [(command: String, effect: String)],
        flags: [FlagSpecification]
    ) {
        (self.program, self.summary, self.examples, self.flags) = (program, summary, examples, flags)
        self.operands = operands
    }

    /// The same text behind another one.
    func following(_ overview: String) -> HelpText {
        var help = self
        help.overview = overview
        return help
    }

    /// The whole text, at most 100 columns wide.
    public var text: String {
        let left = flags.map { flag in
            switch flag.form {
            case .toggle: flag.name
            case .value(let name): "\(flag.name) \(name)"
            case .values(let name): "\(flag.name) \(name)…"
            }
        }
        let width = (left.map(\.count).max() ?? 0) + 2
        let commands = examples.flatMap { ["  \($0.command)", "      \($0.effect)"] }
        let list = zip(left, flags).flatMap { name, flag in
            wrapped(flag.help, 96 - width).enumerated().map { index, line in
                "  "
                    + (index == 0
                        ? name + String(repeating: " ", count: width - name.count)
                        : String(repeating: " ", count: width))
                    + line
            }
        }
        return
            overview
            + (wrapped("\(program)\(operands.map { " \($0)" } ?? ""): \(summary)", 98) + ["", "Commands to copy:"]
            + commands + ["", "Flags:"] + list).joined(separator: "\n") + "\n"
    }
}

/// Text in lines of at most `width` characters.
func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
        let last = lines[lines.count - 1]
        if last.isEmpty {
            lines[lines.count - 1] = String(word)
        } else if last.count + 1 + word.count <= width {
            lines[lines.count - 1] += " \(word)"
        } else {
            lines.append(String(word))
        }
    }
    return lines
}
