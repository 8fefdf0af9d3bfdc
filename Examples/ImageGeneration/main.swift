import ExampleSupport

runProgram(
    "image-generation",
    [
        Command("train", TrainSettings.help) { flags in
            if flags.has("--toy") {
                try ToyRun(flags).run()
            } else {
                try TrainingRun(TrainSettings(flags)).run()
            }
        },
        Command("sample", SampleCommand.help) { try SampleCommand($0).run() },
        Command("interpolate", InterpolateCommand.help) { try InterpolateCommand($0).run() },
        Command("score", ScoreCommand.help) { try ScoreCommand($0).run() },
    ])
