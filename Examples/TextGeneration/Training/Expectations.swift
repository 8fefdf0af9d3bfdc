extension TrainingSetup {
    /// The range of the best held-out loss, in nats, that a run with the default network and recipe should reach, from
    /// recorded runs; `nil` for runs with other settings, for which nothing was recorded.
    var expected: ClosedRange<Double>? {
        var usual = Recipe()
        (usual.epochs, usual.seed) = (record.recipe.epochs, record.recipe.seed)
        guard record.recipe == usual, record.size != "smoke" else { return nil }
        let steps = record.recipe.epochs * training.count
        switch (record.textName, steps) {
        case (ChosenText.Name.tinyshakespeare.rawValue, 2300...2700): return 1.46...1.52
        case (ChosenText.Name.tinyshakespeare.rawValue, 6000...): return 1.35...1.40
        case (ChosenText.Name.shakespeare.rawValue, 1900...2700): return 1.46...1.56
        case (ChosenText.Name.builtIn.rawValue, 2300...2700): return 1.02...1.12
        default: return nil
        }
    }
}
