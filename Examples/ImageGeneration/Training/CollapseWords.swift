import GradusModels

extension ModeCollapseDetector.Finding {
    /// What it means and what to try.
    var words: String {
        switch self {
        case .discriminatorWon:
            "COLLAPSE: the discriminator has won. Its loss has been near zero for \(ModeCollapseDetector.patience) steps, so it "
                + "is always right and the generator learns nothing from it. Try --smoothing 0.1, --generator-steps 2, "
                + "a smaller --learning-rate, or --loss hinge."
        case .generatorWon:
            "COLLAPSE: the generator has won. Its loss has been near zero for \(ModeCollapseDetector.patience) steps: the "
                + "discriminator takes everything for real, and its score means nothing. Try fewer "
                + "--generator-steps, or a larger --width."
        case .modeCollapse:
            "COLLAPSE: the samples are all alike. Different noise gives the same few images; this is mode collapse. "
                + "Try fewer --generator-steps, --normalization batch or spectral, or a smaller --learning-rate."
        }
    }
}
