import Foundation

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

    /// Up by half a cosine from `peak / 25` over the first part `rising`, then down to almost nothing (Smith & Topin
    /// 2017, with PyTorch's constants).
    public static func oneCycle(peak: Float, steps: Int, rising: Float = 0.3) -> Schedule {
        Schedule { step in
            let top = rising * Float(steps) - 1
            let at = Float(min(max(0, step), steps - 1))
            if at <= top { return interpolate(peak / 25, peak, top <= 0 ? 1 : at / top) }
            return interpolate(peak, peak / 25e4, (at - top) / max(1, Float(steps - 1) - top))
        }
    }

    /// The same schedule after a straight rise from 0 over the first `steps` steps; the schedule itself then begins.
    public func warmedUp(steps: Int) -> Schedule {
        Schedule { step in
            step < steps ? self(0) * Float(step + 1) / Float(steps) : self(step - steps)
        }
    }

    /// Along half a cosine from `a` to `b`.
    private static func interpolate(_ a: Float, _ b: Float, _ part: Float) -> Float {
        b + (a - b) * (1 + cos(part * .pi)) / 2
    }
}
