import ExampleSupport

runProgram(
    "classic-vision",
    [
        Command("compare", CompareSettings.help) { try CompareRun(CompareSettings.asked($0)).run() },
        Command("cat-dog", CatDogSettings.help) { try CatDogRun(CatDogSettings($0)).run() },
    ])
