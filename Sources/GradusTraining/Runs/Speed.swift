import Foundation
import Gradus

/// How fast this machine computes, measured in a moment.
public struct Speed {
    /// 10⁹ operations a second in a large matrix product, on all threads.
    public let product: Double
    /// The same in a 3 × 3 convolution of 64 channels.
    public let convolution: Double

    /// Measures both, each for so many seconds; the fastest call counts, because other programs only slow calls down.
    public static func measured(for seconds: Double = 0.05) -> Speed {
        let (n, images, side, channels) = (768, 8, 28, 64)
        let a = Tensor<Float>(uniform: [n, n])
        let x = Tensor<Float>(uniform: [images, side, side, channels])
        let w = Tensor<Float>(uniform: [3, 3, channels, channels])
        let productTime = fastestCall(of: seconds) { _ = matmul(a, a) }
        let convolutionTime = fastestCall(of: seconds) { _ = Gradus.convolution(x, w, padding: .same) }
        let convolutionWork = images * side * side * 9 * channels * channels
        return Speed(
            product: 2e-9 * Double(n * n * n) / productTime,
            convolution: 2e-9 * Double(convolutionWork) / convolutionTime)
    }

    /// The time that training takes, in seconds: three passes over the multiply-adds of each example, at a bit more than
    /// a third of the convolution's speed: Winograd's method serves that one best.
    public func trainingSeconds(multiplyAdds: Int, examples: Int) -> Double {
        6e-9 * Double(multiplyAdds) * Double(examples) / (0.36 * convolution)
    }
}

extension Speed {
    /// 10⁹ operations a second of a training step through an LSTM of 128 units, 50 texts of 50 steps, on all threads.
    public static func measuredRecurrent(for seconds: Double = 0.05) -> Double {
        let (rows, steps, units) = (50, 50, 128)
        let layer = LSTM(units, units)
        let x = Tensor<Float>(uniform: [rows, steps, units])
        let time = fastestCall(of: seconds) { _ = valueWithGradient(at: layer) { layer(x, .inference).sum() } }
        return 6e-9 * Double(rows * steps * 8 * units * units) / time
    }

    /// The time that training a recurrent network takes, in seconds, at a speed of ``measuredRecurrent()``.
    ///
    /// - Parameters:
    ///   - multiplyAdds: of one step of one row, forward.
    ///   - steps: of all rows together.
    public static func recurrentTrainingSeconds(multiplyAdds: Int, steps: Int, speed: Double) -> Double {
        6e-9 * Double(multiplyAdds) * Double(steps) / speed
    }
}

/// The time of the fastest call of at least five after a first one.
private func fastestCall(of seconds: Double, _ body: () -> Void) -> Double {
    body()
    let begin = ProcessInfo.processInfo.systemUptime
    var (fastest, calls) = (Double.infinity, 0)
    while calls < 5 || ProcessInfo.processInfo.systemUptime - begin < seconds {
        let start = ProcessInfo.processInfo.systemUptime
        body()
        fastest = min(fastest, ProcessInfo.processInfo.systemUptime - start)
        calls += 1
    }
    return fastest
}
