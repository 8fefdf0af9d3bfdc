import ExampleSupport

runProgram(
    "text-generation",
    [
        Command("train", TrainSettings.help) { try TrainingRun(TrainSettings($0)).run() },
        Command("sample", SampleCommand.help) { try SampleCommand($0).run() },
        Command("evaluate", EvaluateCommand.help) { try EvaluateCommand($0).run() },
        Command("inspect", InspectCommand.help) { try InspectCommand($0).run() },
    ])
