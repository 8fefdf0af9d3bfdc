/// What the two players of a generative adversarial network minimize, from the discriminator's scores: D(x) of real
/// images, D(G(z)) of made ones.
public enum AdversarialLoss: String, CaseIterable, Codable, Sendable {
    /// `−E ln σ(D(x)) − E ln(1 − σ(D(G(z))))` against `−E ln σ(D(G(z)))`, in nats: the original game in its form that does
    /// not saturate (Goodfellow et al. 2014).
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
    ///   - made: scores of made images, `[M]`.
    ///   - target: what real images count for; 0.9 instead of 1 is one-sided label smoothing (Salimans et al. 2016).
    ///     Only ``logistic`` and ``leastSquares`` have such a target.
    /// - Traps: when the loss has no target and another than 1 is given.
    public func discriminator<Scalar: DifferentiableScalar>(
        real: Tensor<Scalar>, made: Tensor<Scalar>, target: Scalar = 1
    ) -> Tensor<Scalar> {
        check(target == 1 || hasTarget, "AdversarialLoss: \(rawValue) has no target that could be smoothed")
        switch self {
        case .logistic:
            return binaryCrossEntropy(real, Tensor(repeating: target, shape: real.shape))
                + binaryCrossEntropy(made, Tensor(zeros: made.shape))
        case .hinge: return (1 - real).relu().mean() + (1 + made).relu().mean()
        case .leastSquares: return ((real - target).squared().mean() + made.squared().mean()) * 0.5
        case .wasserstein: return made.mean() - real.mean()
        }
    }

    /// The generator's loss, from scores of made images, `[M]`.
    public func generator<Scalar: DifferentiableScalar>(made: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .logistic: binaryCrossEntropy(made, Tensor(ones: made.shape))
        case .hinge, .wasserstein: -made.mean()
        case .leastSquares: (made - 1).squared().mean() * 0.5
        }
    }

    /// Whether real images have a target that can be smoothed.
    public var hasTarget: Bool { self == .logistic || self == .leastSquares }
}
