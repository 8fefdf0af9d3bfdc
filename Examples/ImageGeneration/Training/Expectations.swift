extension TrainingSetup {
    /// The variety that samples should have at the end, in parts of real images', from recorded runs; `nil` for runs with
    /// other settings, for which nothing was recorded.
    var expectedVariety: ClosedRange<Double>? {
        var usual = Recipe()
        (usual.epochs, usual.seed, usual.classes) = (recipe.epochs, recipe.seed, recipe.classes)
        guard recipe == usual, ["fashion", "mnist"].contains(record.dataName), record.size != "smoke",
            recipe.epochs * batches >= 1800
        else { return nil }
        return 0.75...1.25
    }
}
