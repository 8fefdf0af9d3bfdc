/// Lowers the learning rate when a measure has stopped improving.
///
/// ```swift
/// optimizer.learningRate = plateau.rate(after: validationLoss)
/// ```
public struct ReduceOnPlateau: Codable, Equatable, Sendable {
    /// The rate now.
    public private(set) var rate: Float
    /// Multiplies the rate when patience is over.
    public let factor: Float
    /// How many measurements without improvement are waited for.
    public let patience: Int
    /// The rate never falls below this.
    public let lowest: Float
    /// By which share of its size a measurement must be below the best to count as better, whatever its sign.
    public let threshold: Float
    /// The best measurement so far.
    public private(set) var best: Float?
    private var waited = 0

    /// A rate that is multiplied by `factor` after `patience` measurements without improvement.
    public init(_ rate: Float, factor: Float = 0.1, patience: Int = 10, lowest: Float = 0, threshold: Float = 1e-4) {
        (self.rate, self.factor, self.patience) = (rate, factor, patience)
        (self.lowest, self.threshold) = (lowest, threshold)
    }

    /// Notes a measurement of which less is better, and returns the rate to go on with.
    public mutating func rate(after measurement: Float) -> Float {
        if best.map({ measurement < $0 - abs($0) * threshold }) ?? (measurement < .infinity) {
            best = measurement
            waited = 0
        } else {
            waited += 1
            if waited > patience {
                rate = max(lowest, rate * factor)
                waited = 0
            }
        }
        return rate
    }
}
