/// Tensors of random numbers.
extension Tensor where Scalar: DifferentiableScalar {
    /// Uniform random numbers in `low..<high`; `high` itself is never drawn unless it equals `low`.
    ///
    /// - Traps: when `low > high`, or a bound or their distance is not finite in this element type.
    public init(
        uniform shape: [Int], from low: Double = 0, to high: Double = 1, using random: RandomGenerator = .current
    ) {
        checkShape(shape)
        check(
            low <= high && [low, high, high - low].allSatisfy { Scalar(clamping: $0).asDouble.isFinite },
            "Tensor: uniform numbers from \(low) to \(high)")
        let count = shape.reduce(1, *)
        let start = random.reserve(count)
        self = .computed(shape) { out in
            nonisolated(unsafe) let out = out
            Parallel.forEachRange(count, grain: Parallel.elementGrain) { first, length in
                Scalar.kernels.pointee.uniform(
                    out + first, start.seed, start.position + UInt64(first), low, high, length)
            }
        }
    }

    /// Normally distributed random numbers.
    public init(
        normal shape: [Int], mean: Double = 0, deviation: Double = 1, using random: RandomGenerator = .current
    ) {
        checkShape(shape)
        let count = shape.reduce(1, *)
        let start = random.reserve(count)
        self = .computed(shape) { out in
            nonisolated(unsafe) let out = out
            Parallel.forEachRange(count, grain: Parallel.elementGrain) { first, length in
                Scalar.kernels.pointee.normal(
                    out + first, start.seed, start.position + UInt64(first), mean, deviation, length)
            }
        }
    }
}

extension Tensor where Scalar == Int32 {
    /// Uniform random integers in a range.
    ///
    /// - Traps: when the range is empty or exceeds that of `Int32`.
    public init(uniform shape: [Int], in range: Range<Int>, using random: RandomGenerator = .current) {
        checkShape(shape)
        check(!range.isEmpty, "Tensor: integers from the empty range \(range)")
        check(
            Int32(exactly: range.lowerBound) != nil && Int32(exactly: range.upperBound - 1) != nil,
            "Tensor: the range \(range) exceeds that of Int32")
        let numbers = Tensor<Double>(uniform: shape, using: random)
        // 24 random bits per number: enough for ranges far larger than any number of classes.
        self = .computed(shape, numbers) { out, x in
            for i in 0..<numbers.count { out[i] = Int32(range.lowerBound + Int(x[i] * Double(range.count))) }
        }
    }
}

/// The numbers `0..<count` in random order.
///
/// The Fisher-Yates shuffle; each index is chosen without bias from 64 random bits.
///
/// - Traps: when `count` is negative.
public func randomPermutation(_ count: Int, using random: RandomGenerator = .current) -> [Int] {
    checkShape([count])
    var words = RandomWords(random)
    func shuffle<Number>(_ order: UnsafeMutablePointer<Number>) {
        for i in stride(from: count - 1, to: 0, by: -1) {
            let chosen = Int.random(in: 0...i, using: &words)
            (order[i], order[chosen]) = (order[chosen], order[i])
        }
    }
    return Array(unsafeUninitializedCapacity: count) { result, filled in
        filled = count
        guard let numbers = UInt32(exactly: count) else {
            for i in 0..<count { result[i] = i }
            return result.baseAddress.map(shuffle) ?? ()
        }
        // In numbers of half the size, because swaps access memory randomly.
        withScratch(count, of: UInt32.self) { order in
            for i in 0..<numbers { order[Int(i)] = i }
            shuffle(order)
            for i in 0..<count { result[i] = Int(order[i]) }
        }
    }
}
