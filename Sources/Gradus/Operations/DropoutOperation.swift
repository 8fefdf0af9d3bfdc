/// Sets elements to zero with probability `rate` and scales the others by `1 / (1 − rate)`, which preserves the mean
/// (Srivastava et al. 2014).
///
/// The backward pass selects the elements again from the same random numbers, so no mask is stored.
///
/// - Traps: when `rate` is not in `0..<1`.
public func dropout<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, rate: Double, using random: RandomGenerator = .current
) -> Tensor<Scalar> {
    check(rate >= 0 && rate < 1, "dropout: the rate must be in 0..<1, got \(rate)")
    if rate == 0 { return x }
    let start = random.reserve(x.count)
    return dropped(x, rate, start)
}

private func dropped<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ rate: Double, _ start: RandomGenerator.State
) -> Tensor<Scalar> {
    let kept = Tensor<Scalar>.computed(x.shape, x) { out, source in
        nonisolated(unsafe) let (out, source) = (out, source)
        Parallel.forEachRange(x.count, grain: Parallel.elementGrain) { first, length in
            Scalar.kernels.pointee.dropout(
                out + first, source + first, start.seed, start.position + UInt64(first), 1 - rate, length)
        }
    }
    return record(kept, from: x, operation: "dropout", transpose: { dropped($0, rate, start) })
}
