import Foundation

/// The learning rate as a function of the step.
///
/// ```swift
/// let schedule = Schedule.cosine(from: 0.1, to: 0, steps: 10_000).warmedUp(steps: 500)
/// optimizer.learningRate = schedule(step)
/// ```
public struct Schedule: Sendable {
    private let rate: @Sendable (_ step: Int) -> Float

    /// A schedule that calls `rate` with the step.
    public init(_ rate: @escaping @Sendable (_ step: Int) -> Float) { self.rate = rate }

    /// The rate of the given step, counted from 0.
    public func callAsFunction(_ step: Int) -> Float { rate(step) }
}

extension Schedule {
    /// Always the same rate.
    public static func constant(_ rate: Float) -> Schedule { Schedule { _ in rate } }

    /// The rate times `factor` at each of the given steps.
    public static func step(_ rate: Float, factor: Float = 0.1, at steps: [Int]) -> Schedule {
        Schedule { step in steps.reduce(rate) { step >= $1 ? $0 * factor : $0 } }
    }

    /// The rate times `factor` every `period` steps; smoothly unless `isStaircase`.
    public static func exponential(
        _ rate: Float, factor: Float, every period: Int = 1, isStaircase: Bool = false
    ) -> Schedule {
        Schedule { step in
            rate * pow(factor, isStaircase ? Float(step / period) : Float(step) / Float(period))
        }
    }

    /// `rate / (1 + decay · step)^power`
    public static func inverse(_ rate: Float, decay: Float, power: Float = 1) -> Schedule {
        Schedule { step in rate / pow(1 + decay * Float(step), power) }
    }

    /// A straight rise to `peak` over the first `warmup` steps, then `peak · √(warmup / step)` (Vaswani et al. 2017).
    public static func inverseSquareRoot(peak: Float, warmup: Int) -> Schedule {
        let top = Float(max(1, warmup))
        return Schedule { step in
            let number = Float(step + 1)
            return peak * min(number / top, (top / number).squareRoot())
        }
    }

    /// Half a cosine from `rate` down to `end` (Loshchilov & Hutter 2016).
    public static func cosine(from rate: Float, to end: Float = 0, steps: Int) -> Schedule {
        Schedule { step in interpolate(rate, end, Float(min(max(0, step), steps)) / Float(max(1, steps))) }
    }

    /// Half a cosine from `peak / 25` up over the fraction `rising` of the steps, then another down to `peak / 25e4` (Smith &
    /// Topin 2017, with PyTorch's constants).
    public static func oneCycle(peak: Float, steps: Int, rising: Float = 0.3) -> Schedule {
        Schedule { step in
            let top = rising * Float(steps) - 1
            let at = Float(min(max(0, step), steps - 1))
            if at <= top { return interpolate(peak / 25, peak, top <= 0 ? 1 : at / top) }
            return interpolate(peak, peak / 25e4, (at - top) / max(1, Float(steps - 1) - top))
        }
    }

    /// A linear warm-up from 0 over the first `steps` steps, then this schedule from its beginning.
    public func warmedUp(steps: Int) -> Schedule {
        Schedule { step in
            step < steps ? self(0) * Float(step + 1) / Float(steps) : self(step - steps)
        }
    }

    /// A point on half a cosine from `a` to `b`.
    private static func interpolate(_ a: Float, _ b: Float, _ part: Float) -> Float {
        b + (a - b) * (1 + cos(part * .pi)) / 2
    }
}

/// Lowers the learning rate when a measure has stopped improving.
///
/// ```swift
/// optimizer.learningRate = plateau.rate(after: validationLoss)
/// ```
public struct ReduceOnPlateau: Codable, Equatable, Sendable {
    /// The current rate.
    public private(set) var rate: Float
    /// Multiplies the rate when the patience is exhausted.
    public let factor: Float
    /// The number of measurements without improvement before the rate falls.
    public let patience: Int
    /// The rate never falls below this.
    public let lowest: Float
    /// The relative improvement over the best measurement that counts as one.
    public let threshold: Float
    /// The best measurement so far.
    public private(set) var best: Float?
    private var waited = 0

    /// A rate that is multiplied by `factor` after `patience` measurements without improvement.
    public init(_ rate: Float, factor: Float = 0.1, patience: Int = 10, lowest: Float = 0, threshold: Float = 1e-4) {
        (self.rate, self.factor, self.patience) = (rate, factor, patience)
        (self.lowest, self.threshold) = (lowest, threshold)
    }

    /// Records a measurement, where lower is better, and returns the new rate.
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
