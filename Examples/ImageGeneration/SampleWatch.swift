import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// Watches a game: shows what the generator makes of the same noises at growing intervals, measures how much that differs, and
/// says when the game has collapsed.
final class SampleWatch {
    private let experiment: Experiment
    private let generator: DCGANGenerator
    private let noise: Tensor<Float>
    private let labels: Tensor<Int32>?
    /// Real images, at most as many.
    private let real: Tensor<Float>
    private let film: Film
    private let loss: AdversarialLoss
    private var detector = ModeCollapseDetector()

    private static let shown = 64

    /// How many ways of collapsing were seen.
    var collapses: Int { detector.findings.count }

    /// Watches the steps of `game`; a new run begins with images that nothing was learned for.
    init(
        _ experiment: Experiment, _ game: Trainer<ImageBatch>, _ generator: DCGANGenerator, _ loss: AdversarialLoss,
        _ real: Tensor<Float>
    ) throws {
        (self.experiment, self.generator, self.loss, self.real) = (experiment, generator, loss, real)
        // A stream of its own, so that showing samples changes nothing in the training.
        noise = generator.noise(Self.shown, seed: UInt64(experiment.seed) ^ 0x5A17)
        labels =
            generator.classes == 0 ? nil : Tensor((0..<Self.shown).map { Int32($0 % 8 % generator.classes) })
        film = try Film(experiment.directory("samples"))
        experiment.keep("collapses", .value(get: { self.detector }, set: { self.detector = $0 }))
        game.hooks.afterStep.append { step in
            let (d, g) = (game.figures[0].value, game.figures[1].value)
            try self.report(self.detector.note(discriminatorLoss: d, generatorLoss: g, loss: loss), step)
            if step % 100 == 0 || isMilestone(step) { try game.withAverages { try self.look(step, isMilestone(step)) } }
        }
        guard !experiment.folder.isResumed else { return }
        try mosaic(self.real).write(to: experiment.file("real.png"))
        try look(0, true)
    }

    private func mosaic(_ images: Tensor<Float>) -> Image {
        .mosaic(Image.all(of: images), columns: 8, magnification: usualMagnification(generator.imageShape))
    }

    private func samples() -> Tensor<Float> { generator.images(noise, labels: labels) }

    /// How different the samples are from one another, as a share of how different real images are.
    func variety() -> Metric { Metric("variety", sampleVariety(of: samples()[..<real.shape[0]], against: real)) }

    /// Measures the samples of a step, and shows them.
    private func look(_ step: Int, _ shows: Bool) throws {
        let share = variety().value
        try experiment.log.write("samples", ["step": .integer(step), "variety": .number(share)])
        try report(detector.note(variety: share, step: step), step)
        guard shows else { return }
        let image = mosaic(samples())
        try film.add(image, step)
        try image.write(to: experiment.file("samples.png"))
        try experiment.image("samples", "samples.png", width: image.width, height: image.height, step: step)
        experiment.print("after \(step) steps: \(film.path(step))")
    }

    private func report(_ finding: ModeCollapseDetector.Finding?, _ step: Int) throws {
        guard let finding else { return }
        experiment.print("step \(step): \(finding.words)")
        try experiment.log.write("collapse", ["step": .integer(step), "what": .text(finding.rawValue)])
    }

    /// Shows the samples of the last step, how they came about, and the curves.
    func finish(at step: Int) throws {
        if !isMilestone(step) { try look(step, true) }
        try film.strip(generator.imageShape).write(to: experiment.file("film-strip.png"))
        try film.animation(secondsPerFrame: 0.6).write(to: experiment.file("film.png"))
        try TrainingCharts(log: "\(experiment.folder.path)/log.jsonl", loss).draw(in: experiment)
    }
}

extension ModeCollapseDetector.Finding {
    /// What it means and what to try.
    fileprivate var words: String {
        switch self {
        case .discriminatorWon:
            "COLLAPSE: the discriminator has won. Its loss has been near zero for \(ModeCollapseDetector.patience) steps, so it "
                + "is always right and the generator learns nothing from it. Try --smoothing 0.1, --generator-steps 2, "
                + "a smaller --learning-rate, or --loss hinge."
        case .generatorWon:
            "COLLAPSE: the generator has won. Its loss has been near zero for \(ModeCollapseDetector.patience) steps: the "
                + "discriminator takes everything for real, and its score means nothing. Try fewer --generator-steps, or "
                + "a larger --width."
        case .modeCollapse:
            "COLLAPSE: the samples are all alike. Different noise gives the same few images; this is mode collapse. "
                + "Try fewer --generator-steps, --normalization batch or spectral, or a smaller --learning-rate."
        }
    }
}
