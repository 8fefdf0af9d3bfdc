import ExampleSupport

runProgram(
    "image-classification",
    [
        Command("train", TrainSettings.help) { flags in
            if flags.has("--classify") { return try ClassifyCommand(flags).run() }
            try TrainingRun(TrainSettings(flags)).run()
        },
        Command("evaluate", EvaluateCommand.help) { try EvaluateCommand($0).run() },
        Command("classify", ClassifyCommand.help) { flags in
            if PretrainedCommand.isAsked(flags) { return try PretrainedCommand(flags).run() }
            try ClassifyCommand(flags).run()
        },
        Command("explain", ExplainSettings.help) { try ExplainCommand($0).run() },
        Command("fine-tune", FineTuneSettings.help) { try FineTuneRun(FineTuneSettings($0)).run() },
    ])
