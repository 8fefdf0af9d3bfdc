import Gradus

/// Watches for the two ways in which a GAN's game ends: one side wins, or the samples are all alike.
public struct ModeCollapseDetector: Codable, Equatable, Sendable {
    /// What was seen, once each.
    public enum Finding: String, Codable, Sendable {
        /// The discriminator's loss is near zero: it is always right.
        case discriminatorWon = "discriminator-won"
        /// The generator's loss is near zero: the discriminator takes everything for real.
        case generatorWon = "generator-won"
        /// Different noise gives the same few images.
        case modeCollapse = "samples-alike"
    }

    /// Running means of both losses.
    private var discriminatorLoss: Float?
    private var generatorLoss: Float?
    /// For how many steps each has been near zero.
    private var discriminatorLow = 0
    private var generatorLow = 0
    /// How often in a row the samples were alike; how varied they were last, and at their best.
    private var alike = 0
    private var lastVariety: Double?
    private var bestVariety: Double?
    /// What was seen so far.
    public private(set) var findings: [Finding] = []

    /// A loss below this is near zero: of the logistic one, 0.05 nats mean that 97 % of the images are judged rightly.
    public static let lowLoss: Float = 0.05
    /// For so many steps a loss must stay there.
    public static let patience = 200
    /// Samples whose ``sampleVariety(of:against:)`` has fallen below this, and by a quarter, are alike.
    public static let lowVariety = 0.7
    /// Samples that stay below this never became different.
    public static let noVariety = 0.4

    /// A watch that has seen nothing yet.
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

    /// Takes the variety of samples; twice alike in a row is a finding. A young generator, whose variety grows, is not
    /// judged.
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

/// How different samples are from one another, as a share of how different real images are: the mean distance from each
/// to the nearest other one, divided by the same among the real ones.
///
/// - Parameters:
///   - samples: images `[N, H, W, C]`.
///   - real: as many real ones, since the nearest of more is nearer.
/// - Returns: about 1 for a good generator, near 0 for one that repeats itself; 0 when the real ones are all the same.
/// - Traps: when the shapes differ.
public func sampleVariety(of samples: Tensor<Float>, against real: Tensor<Float>) -> Double {
    check(
        samples.rank == 4 && samples.shape == real.shape,
        "sampleVariety: expected two sets of images [N, H, W, C] of one shape, got \(samples.shape) and \(real.shape)")
    let (made, wanted) = (meanNearestDistance(samples), meanNearestDistance(real))
    return wanted == 0 ? 0 : made / wanted
}

/// The mean over the images of the distance to the nearest other one.
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
