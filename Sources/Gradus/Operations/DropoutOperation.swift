/// Elements set to zero with probability `rate`, the others scaled by `1 / (1 − rate)`, so that the mean stays
/// (Srivastava et al. 2014).
///
/// The choice is made again from the generator's numbers in the backward pass, so no mask is stored.
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
