/// The losses of a generative adversarial network's discriminator and generator, from the discriminator's scores: D(x) for
/// real images, D(G(z)) for generated ones.
public enum AdversarialLoss: String, CaseIterable, Codable, Sendable {
    /// `−E ln σ(D(x)) − E ln(1 − σ(D(G(z))))` against `−E ln σ(D(G(z)))`, in nats: the original, non-saturating form
    /// (Goodfellow et al. 2014).
    case logistic
    /// `E max(0, 1 − D(x)) + E max(0, 1 + D(G(z)))` against `−E D(G(z))` (Lim & Ye 2017).
    case hinge
    /// `½ E (D(x) − 1)² + ½ E D(G(z))²` against `½ E (D(G(z)) − 1)²` (Mao et al. 2017).
    case leastSquares = "least-squares"
    /// `E D(G(z)) − E D(x)` against `−E D(G(z))` (Arjovsky, Chintala & Bottou 2017); the discriminator's steepness must
    /// be limited, as by ``SpectralNorm``.
    case wasserstein

    /// The discriminator's loss.
    ///
    /// - Parameters:
    ///   - real: scores of real images, `[N]`.
    ///   - fake: scores of generated images, `[M]`.
    ///   - target: the target score of real images; 0.9 instead of 1 is one-sided label smoothing (Salimans et al. 2016).
    ///     Only ``logistic`` and ``leastSquares`` have a target.
    /// - Traps: when the loss has no target and the argument is not 1.
    public func discriminator<Scalar: DifferentiableScalar>(
        real: Tensor<Scalar>, fake: Tensor<Scalar>, target: Scalar = 1
    ) -> Tensor<Scalar> {
        check(target == 1 || hasTarget, "AdversarialLoss: \(rawValue) has no target that could be smoothed")
        switch self {
        case .logistic:
            return binaryCrossEntropy(real, Tensor(repeating: target, shape: real.shape))
                + binaryCrossEntropy(fake, Tensor(zeros: fake.shape))
        case .hinge: return (1 - real).relu().mean() + (1 + fake).relu().mean()
        case .leastSquares: return ((real - target).squared().mean() + fake.squared().mean()) * 0.5
        case .wasserstein: return fake.mean() - real.mean()
        }
    }

    /// The generator's loss, from scores of generated images, `[M]`.
    public func generator<Scalar: DifferentiableScalar>(fake: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .logistic: binaryCrossEntropy(fake, Tensor(ones: fake.shape))
        case .hinge, .wasserstein: -fake.mean()
        case .leastSquares: (fake - 1).squared().mean() * 0.5
        }
    }

    /// Whether real images have a target that can be smoothed.
    public var hasTarget: Bool { self == .logistic || self == .leastSquares }
}
