/// Times of two programs, taken one after the other on a quiet machine.
struct PairedTimes {
    /// The times of each pair, the newer program's first.
    private(set) var pairs: [(new: Double, old: Double)] = []
    /// Pairs that were measured while the machine was not quiet.
    private(set) var noisy = 0

    /// Measures until `count` more pairs were quiet, or `most` more were tried. Noisy pairs are left out unless accepted.
    ///
    /// The programs take turns in being first. The machine is looked at before and after each pair.
    mutating func measure(
        _ count: Int, most: Int, acceptsNoise: Bool = false, isQuiet: () -> Bool, new: () throws -> Double,
        old: () throws -> Double
    ) rethrows {
        let wanted = pairs.count + count
        var before = isQuiet()
        for turn in 0..<most where pairs.count < wanted {
            var times = (new: 0.0, old: 0.0)
            if turn % 2 == 0 { times.new = try new() }
            times.old = try old()
            if turn % 2 == 1 { times.new = try new() }
            let after = isQuiet()
            let isNoisy = !before || !after
            if isNoisy { noisy += 1 }
            if !isNoisy || acceptsNoise { pairs.append(times) }
            before = after
        }
    }

    /// The ratio of the new times to the old ones; `nil` for fewer than three quiet pairs.
    var ratio: RatioBounds? { pairs.count < 3 ? nil : RatioBounds(pairs.map { $0.new / $0.old }) }

    /// The median times; `nil` without quiet pairs.
    var medians: (new: Double, old: Double)? {
        pairs.isEmpty ? nil : (median(pairs.map(\.new)), median(pairs.map(\.old)))
    }
}

/// The median of ratios, and the bounds between which it lies in 95 of 100 cases.
struct RatioBounds {
    let median: Double
    let lower: Double
    let upper: Double

    /// Bounds by bootstrap: the medians of 2,000 samples drawn with replacement, always the same draws.
    init(_ ratios: [Double]) {
        precondition(!ratios.isEmpty)
        var state: UInt64 = 1
        func draw() -> Double {
            // Knuth's linear congruential generator; its upper bits are good enough to choose by.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return ratios[Int(state >> 33) % ratios.count]
        }
        let medians = (0..<2000).map { _ in benchmarks.median(ratios.map { _ in draw() }) }.sorted()
        median = benchmarks.median(ratios)
        (lower, upper) = (medians[50], medians[1949])
    }
}

/// The middle of the values, or the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
