/// The text that `--help` prints.
struct HelpText {
    let program: String
    let command: any Command.Type
    let flags: FlagSet
    /// How the command is called; empty for the first, which needs no name.
    let call: String

    /// The whole text, at most 100 columns wide.
    var text: String {
        let operands = flags.operands.map { " \($0.description.placeholder)…" } ?? ""
        var lines = wrapped("\(call)\(operands): \(command.summary)", 98)
        if let words = flags.operands {
            lines += wrapped("\(words.description.placeholder)…: \(words.description.help)", 98)
        }
        if !command.examples.isEmpty {
            lines += ["", "Commands to copy:"]
            lines += command.examples.flatMap {
                [
                    "  swift run -c release \(program)" + ($0.arguments.isEmpty ? "" : " \($0.arguments)"),
                    "      \($0.effect)",
                ]
            }
        }
        return (lines + ["", "Flags:"] + table(flags.entries.map { (left($0), right($0.flag)) })).joined(
            separator: "\n")
    }

    private func left(_ entry: FlagSet.Entry) -> String {
        switch entry.flag.description.form {
        case .toggle: entry.name
        case .value: "\(entry.name) \(entry.flag.description.placeholder)"
        case .values, .operands: "\(entry.name) \(entry.flag.description.placeholder)…"
        }
    }

    private func right(_ flag: any AnyFlag) -> String {
        let (description, value) = (flag.description, flag.text)
        let choices = description.choices.isEmpty ? [] : ["one of " + description.choices.joined(separator: ", ")]
        let notes = choices + (value.map { ["default \($0.isEmpty ? "\"\"" : $0)"] } ?? [])
        return description.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
}

/// The commands of a program, each with the first clause of its summary.
func overview(_ program: String, _ commands: [(name: String, type: any Command.Type)]) -> String {
    let rows = commands.map { name, type in
        (name, String(type.summary.prefix { $0 != "." && $0 != "," && $0 != ";" && $0 != ":" }))
    }
    return "Commands of \(program); `\(program) COMMAND --help` explains one:\n"
        + table(rows).joined(separator: "\n") + "\n\nWithout a command, \(commands[0].name):\n\n"
}

/// Two columns, the right one wrapped.
private func table(_ rows: [(left: String, right: String)]) -> [String] {
    let width = (rows.map(\.left.count).max() ?? 0) + 2
    return rows.flatMap { left, right in
        wrapped(right, 96 - width).enumerated().map { index, line in
            "  " + (index == 0 ? left : "").padded(to: width) + line
        }
    }
}

/// Text in lines of at most `width` characters.
private func wrapped(_ text: String, _ width: Int) -> [String] {
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
