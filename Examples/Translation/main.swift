import ExampleSupport

runProgram(
    "translation",
    [
        Command("train", TrainSettings.help) { flags in
            if let name = flags.text("--show-preset") {
                guard Preset.names.contains(name) else {
                    throw UsageError("--show-preset takes \(Preset.names.joined(separator: ", ")), got \"\(name)\"")
                }
                return show(Preset.text(of: name).dropLast())
            }
            try TrainingRun(TrainSettings(flags)).run()
        },
        Command("prepare", PrepareCommand.help) { try PrepareCommand($0).run() },
        Command("translate", TranslateCommand.help) { try TranslateCommand($0).run() },
        Command("evaluate", EvaluateCommand.help) { try EvaluateCommand($0).run() },
        Command("attention", AttentionCommand.help) { try AttentionCommand($0).run() },
    ])
