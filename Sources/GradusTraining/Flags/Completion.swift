/// A shell that completes flags.
enum Shell: String, FlagValue, CaseIterable {
    case bash, zsh, fish
}

/// A script that makes a shell complete the commands and flags of a program.
func completionScript(_ shell: Shell, program: String, _ commands: [(name: String, flags: FlagSet)]) -> String {
    let names = commands.map(\.name).joined(separator: " ")
    let function = "_" + program.replacing("-", with: "_")
    switch shell {
    case .bash:
        let flags = commands.map { command in
            "        \(command.name)) words=\"\(command.flags.entries.map(\.name).joined(separator: " "))\" ;;"
        }
        let choices = Dictionary(
            commands.flatMap { $0.flags.entries.filter { !$0.flag.description.choices.isEmpty } }.map {
                ($0.name, $0.flag.description.choices.joined(separator: " "))
            }, uniquingKeysWith: { first, _ in first }
        ).sorted { $0.key < $1.key }.map { "        \($0.key)) words=\"\($0.value)\" ;;" }
        return """
            \(function)() {
                local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""
                local command="\(commands[0].name)"
                case " \(names) " in *" ${COMP_WORDS[1]} "*) command="${COMP_WORDS[1]}" ;; esac
                case "$command" in
            \(flags.joined(separator: "\n"))
                esac
                case "$before" in
            \(choices.joined(separator: "\n"))
                esac
                [ "$COMP_CWORD" = 1 ] && words="\(names) $words"
                COMPREPLY=($(compgen -W "$words" -- "$word"))
                [ "${#COMPREPLY[@]}" = 0 ] && COMPREPLY=($(compgen -f -- "$word"))
            }
            complete -o filenames -F \(function) \(program)
            """
    case .zsh:
        let flags = commands.map { command in
            let lines = command.flags.entries.map { entry in
                let description = entry.flag.description
                let value =
                    switch description.form {
                    case .toggle: ""
                    default:
                        description.choices.isEmpty
                            ? ":\(description.placeholder):_files"
                            : ":\(description.placeholder):(\(description.choices.joined(separator: " ")))"
                    }
                return "            '\(entry.name)[\(quoted(description.help))]\(value)'"
            }
            return "        \(command.name)) _arguments \\\n"
                + (lines + ["            '*:file:_files' ;;"]).joined(separator: " \\\n")
        }
        return """
            #compdef \(program)
            \(function)() {
                local command="\(commands[0].name)"
                case " \(names) " in *" ${words[2]} "*) command="${words[2]}" ;; esac
                (( CURRENT == 2 )) && compadd \(names)
                case "$command" in
            \(flags.joined(separator: "\n"))
                esac
            }
            compdef \(function) \(program)
            """
    case .fish:
        let isFirst = "not __fish_seen_subcommand_from \(names)"
        return commands.flatMap { command in
            ["complete -c \(program) -n '\(isFirst)' -a \(command.name)"]
                + command.flags.entries.map { entry in
                    let description = entry.flag.description
                    let value =
                        switch description.form {
                        case .toggle: ""
                        default:
                            description.choices.isEmpty
                                ? " -r" : " -x -a '\(description.choices.joined(separator: " "))'"
                        }
                    return
                        "complete -c \(program) -n '__fish_seen_subcommand_from \(command.name)' -l \(entry.key)\(value) "
                        + "-d '\(quoted(description.help))'"
                }
        }.joined(separator: "\n")
    }
}

/// Help without the characters that mean something in a script.
private func quoted(_ text: String) -> String {
    text.replacing("'", with: "").replacing("[", with: "(").replacing("]", with: ")").replacing(":", with: ",")
}
