extension TrainingSetup {
    /// The range of held-out loss that a run of the default network should reach, from recorded runs; `nil` for a run
    /// with other settings.
    var expected: ClosedRange<Double>? { nil }
}
