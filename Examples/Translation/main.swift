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
        Command("translate", TranslateCommand.help) { try TranslateCommand($0).run() },
    ])
