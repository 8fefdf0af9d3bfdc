import Foundation
import Gradus
import GradusModels

/// Watches for the two ways in which the game ends: one side wins, or the samples are all alike.
struct CollapseWatch: Codable, Equatable {
    /// What was seen, once each.
    enum Finding: String, Codable {
        case discriminatorWon = "discriminator-won"
        case generatorWon = "generator-won"
        case samplesAlike = "samples-alike"
    }

    /// Running means of both losses.
    private var discriminatorLoss: Float?
    private var generatorLoss: Float?
    /// For how many steps each has been near zero.
    private var discriminatorLow = 0
    private var generatorLow = 0
    /// How often in a row the samples were alike; how varied they were last, and at their best.
    private var alike = 0
    private var lastVariety = 0.0
    private var bestVariety = 0.0
    /// What was seen so far.
    private(set) var findings: [Finding] = []

    /// A loss below this is near zero: of the logistic one, 0.05 nats mean that 97 % of the pictures are judged rightly.
    static let lowLoss: Float = 0.05
    /// For so many steps a loss must stay there.
    static let patience = 200
    /// Samples whose ``variety(of:against:)`` has fallen below this, and by a quarter, are alike.
    static let lowVariety = 0.7
    /// Samples that stay below this never became different.
    static let noVariety = 0.4

    /// Takes a step's losses; returns what it shows for the first time.
    mutating func note(_ step: GANTrainer.Step, loss: AdversarialLoss) -> Finding? {
        // The other losses have no zero that means victory: Wasserstein's is a difference, hinge's generator a score.
        guard loss != .wasserstein else { return nil }
        let mean = { (old: Float?, new: Float) in old.map { 0.98 * $0 + 0.02 * new } ?? new }
        discriminatorLoss = mean(discriminatorLoss, step.discriminatorLoss)
        generatorLoss = mean(generatorLoss, step.generatorLoss)
        discriminatorLow = discriminatorLoss! < Self.lowLoss ? discriminatorLow + 1 : 0
        generatorLow = loss != .hinge && generatorLoss! < Self.lowLoss ? generatorLow + 1 : 0
        if discriminatorLow >= Self.patience { return found(.discriminatorWon) }
        if generatorLow >= Self.patience { return found(.generatorWon) }
        return nil
    }

    /// Takes the variety of samples; twice alike in a row is a finding. A young generator, whose variety grows, is not
    /// judged.
    mutating func note(variety: Double, step: Int) -> Finding? {
        let isRising = variety > 1.02 * lastVariety
        (lastVariety, bestVariety) = (variety, max(bestVariety, variety))
        let wasLost = variety < Self.lowVariety && variety < 0.75 * bestVariety
        let neverCame = variety < Self.noVariety && !isRising
        alike = step >= 300 && (wasLost || neverCame) ? alike + 1 : 0
        return alike >= 2 ? found(.samplesAlike) : nil
    }

    private mutating func found(_ finding: Finding) -> Finding? {
        guard !findings.contains(finding) else { return nil }
        findings.append(finding)
        return finding
    }
}

extension CollapseWatch.Finding {
    /// What it means and what to try.
    var words: String {
        switch self {
        case .discriminatorWon:
            "COLLAPSE: the discriminator has won. Its loss has been near zero for \(CollapseWatch.patience) steps, so it "
                + "is always right and the generator learns nothing from it. Try --smoothing 0.1, --generator-steps 2, "
                + "a smaller --learning-rate, or --loss hinge."
        case .generatorWon:
            "COLLAPSE: the generator has won. Its loss has been near zero for \(CollapseWatch.patience) steps: the "
                + "discriminator takes everything for real, and its judgement is worth nothing. Try fewer "
                + "--generator-steps, or a larger --width."
        case .samplesAlike:
            "COLLAPSE: the samples are all alike. Different noise gives the same few pictures; this is mode collapse. "
                + "Try fewer --generator-steps, --normalization batch or spectral, or a smaller --learning-rate."
        }
    }
}

/// How different samples are from one another, as a share of how different real pictures are: the mean distance from each
/// to the nearest other one, divided by the same among the real ones.
///
/// - Parameters: pictures `[N, H, W, C]`, as many of one as of the other.
func variety(of samples: Tensor<Float>, against real: Tensor<Float>) -> Double {
    let (made, wanted) = (meanNearestDistance(samples), meanNearestDistance(real))
    return wanted == 0 ? 0 : made / wanted
}

/// The mean over the pictures of the distance to the nearest other one.
private func meanNearestDistance(_ images: Tensor<Float>) -> Double {
    let n = images.shape[0]
    guard n > 1 else { return 0 }
    let rows = images.reshaped(to: [n, images.count / n])
    let products = matmul(rows, rows, transposeB: true).scalars
    let nearest = (0..<n).map { i in
        (0..<n).filter { $0 != i }.map { products[i * n + i] + products[$0 * n + $0] - 2 * products[i * n + $0] }.min()!
    }
    return nearest.reduce(0) { $0 + Double(max(0, $1)).squareRoot() } / Double(n)
}
