import ExampleSupport

runProgram(
    "image-classification",
    [
        Command("train", TrainSettings.help) { flags in
            if flags.has("--classify") { return try ClassifyCommand(flags).run() }
            try TrainingRun(TrainSettings(flags)).run()
        },
        Command("evaluate", EvaluateCommand.help) { try EvaluateCommand($0).run() },
        Command("classify", ClassifyCommand.help) { try ClassifyCommand($0).run() },
    ])
