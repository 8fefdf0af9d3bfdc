import Gradus

/// Detects the two failures of GAN training: one network wins, or the samples collapse to a few modes.
public struct ModeCollapseDetector: Codable, Equatable, Sendable {
    /// What was detected; each is reported once.
    public enum Finding: String, Codable, Sendable {
        /// The discriminator's loss is near zero: it is always correct.
        case discriminatorWon = "discriminator-won"
        /// The generator's loss is near zero: the discriminator classifies everything as real.
        case generatorWon = "generator-won"
        /// Different noise gives the same few images.
        case modeCollapse = "samples-alike"
    }

    /// Running means of both losses.
    private var discriminatorLoss: Float?
    private var generatorLoss: Float?
    /// The number of consecutive steps for which each is near zero.
    private var discriminatorLow = 0
    private var generatorLow = 0
    /// The number of consecutive times the samples were alike; their last variety, and the best.
    private var alike = 0
    private var lastVariety: Double?
    private var bestVariety: Double?
    /// The findings so far.
    public private(set) var findings: [Finding] = []

    /// A loss below this is near zero: with the logistic loss, 0.05 nats mean that 97 % of the images are classified correctly.
    public static let lowLoss: Float = 0.05
    /// The number of steps for which a loss must stay below it.
    public static let patience = 200
    /// Samples whose ``sampleVariety(of:against:)`` has fallen below this, and by a quarter, are alike.
    public static let lowVariety = 0.7
    /// Samples that stay below this were never diverse.
    public static let noVariety = 0.4

    /// A detector without findings.
    public init() {}

    /// Takes a step's losses; returns what it shows for the first time.
    public mutating func note(
        discriminatorLoss newDiscriminatorLoss: Float, generatorLoss newGeneratorLoss: Float, loss: AdversarialLoss
    ) -> Finding? {
        // The other losses have no zero that means victory: Wasserstein's is a difference, hinge's generator a score.
        guard loss != .wasserstein else { return nil }
        let mean = { (old: Float?, new: Float) in old.map { 0.98 * $0 + 0.02 * new } ?? new }
        discriminatorLoss = mean(discriminatorLoss, newDiscriminatorLoss)
        generatorLoss = mean(generatorLoss, newGeneratorLoss)
        discriminatorLow = discriminatorLoss! < Self.lowLoss ? discriminatorLow + 1 : 0
        generatorLow = loss != .hinge && generatorLoss! < Self.lowLoss ? generatorLow + 1 : 0
        if discriminatorLow >= Self.patience { return found(.discriminatorWon) }
        if generatorLow >= Self.patience { return found(.generatorWon) }
        return nil
    }

    /// Records the variety of samples; twice alike in a row is a finding. While the variety still grows, nothing is reported.
    public mutating func note(variety: Double, step: Int) -> Finding? {
        let isRising = variety > 1.02 * (lastVariety ?? 0)
        let best = max(bestVariety ?? 0, variety)
        (lastVariety, bestVariety) = (variety, best)
        let wasLost = variety < Self.lowVariety && variety < 0.75 * best
        let neverCame = variety < Self.noVariety && !isRising
        alike = step >= 300 && (wasLost || neverCame) ? alike + 1 : 0
        return alike >= 2 ? found(.modeCollapse) : nil
    }

    private mutating func found(_ finding: Finding) -> Finding? {
        guard !findings.contains(finding) else { return nil }
        findings.append(finding)
        return finding
    }
}

/// The diversity of samples relative to real images: the mean distance to the nearest other sample, divided by the same among
/// the real images.
///
/// - Parameters:
///   - samples: images `[N, H, W, C]`.
///   - real: the same number of real images, because the nearest of more is nearer.
/// - Returns: about 1 for a good generator, near 0 for one that repeats itself; 0 when the real images are all the same.
/// - Traps: when the shapes differ.
public func sampleVariety(of samples: Tensor<Float>, against real: Tensor<Float>) -> Double {
    check(
        samples.rank == 4 && samples.shape == real.shape,
        "sampleVariety: expected two sets of images [N, H, W, C] of one shape, got \(samples.shape) and \(real.shape)")
    let (made, wanted) = (meanNearestDistance(samples), meanNearestDistance(real))
    return wanted == 0 ? 0 : made / wanted
}

/// The mean distance of the images to the nearest other one.
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
