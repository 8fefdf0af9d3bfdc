/// A schedule as data, as a file of settings holds it.
public struct ScheduleRule: Codable, Equatable, Sendable {
    /// The kinds of schedules.
    public enum Kind: String, Codable, Sendable {
        /// Always the same.
        case constant
        /// Half a cosine down to a hundredth at the last step.
        case cosine
        /// Divided by √(step / warmup) (Vaswani et al. 2017).
        case inverseRoot
        /// Times ``factor`` every ``every`` steps that follow step ``from`` (tensorflow/nmt).
        case steps
    }

    /// How the rate falls.
    public var rule: Kind
    /// Steps of a straight rise at the beginning.
    public var warmup: Int?
    /// The step after which the rate falls.
    public var from: Int?
    /// Steps from one fall to the next; 1000 without.
    public var every: Int?
    /// The factor of each fall; a half without.
    public var factor: Float?

    /// The schedule of a training of so many steps.
    public func schedule(_ rate: Float, steps: Int) -> Schedule {
        let rise = warmup ?? 0
        switch rule {
        case .constant: return Schedule.constant(rate).warmedUp(steps: rise)
        case .cosine:
            return Schedule.cosine(from: rate, to: rate / 100, steps: max(1, steps - rise)).warmedUp(steps: rise)
        case .inverseRoot: return Schedule.inverseSquareRoot(peak: rate, warmup: rise)
        case .steps:
            let first = max(0, (from ?? 0) - rise)
            let fall = Schedule.exponential(
                rate, factor: factor ?? 0.5, every: max(1, every ?? 1000), isStaircase: true)
            return Schedule { step in fall(max(0, step - first)) }.warmedUp(steps: rise)
        }
    }

    /// What is wrong with the rule; nil when nothing is.
    public var problem: String? {
        let counts = [warmup ?? 0, from ?? 0, every ?? 1]
        return counts.allSatisfy { (0...100_000_000).contains($0) } && (every ?? 1) > 0 && (factor ?? 1) > 0
            ? nil : "\"rate\": warmup and from must not be negative, every and factor must be above 0"
    }
}
