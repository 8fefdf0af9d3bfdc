import CKernels

/// Element-wise functions.
extension Tensor where Scalar: DifferentiableScalar {
    /// Applies a kernel's function; the kernel also has its derivative.
    @specialized(where Scalar == Float)
    func applying(_ function: gradus_unary, parameter: Double = 0, operation: StaticString = #function) -> Tensor {
        let x = detached()
        let y = Tensor.computed(shape, x) { out, x in Kernels.unary(function, out, x, parameter, count) }
        return record(y, from: self, operation: operation) { upstream, pass in
            if pass.createsGraph {
                return pass.input(0, x).gradient(
                    of: function, parameter: parameter, value: pass.result(0, y), upstream: upstream)
            }
            return Tensor.computed(x.shape, upstream, x, y) { dx, dy, xs, ys in
                Kernels.unaryGradient(function, dx, dy, xs, ys, parameter, x.count)
            }
        }
    }

    /// `eˣ`.
    public func exp() -> Tensor { applying(GRADUS_EXP) }
    /// `2ˣ`.
    public func exp2() -> Tensor { applying(GRADUS_EXP2) }
    /// `eˣ − 1`, accurate for small `x`.
    public func expm1() -> Tensor { applying(GRADUS_EXPM1) }
    /// The natural logarithm, `ln x`.
    public func log() -> Tensor { applying(GRADUS_LOG) }
    /// The logarithm to the base 2.
    public func log2() -> Tensor { applying(GRADUS_LOG2) }
    /// The logarithm to the base 10.
    public func log10() -> Tensor { applying(GRADUS_LOG10) }
    /// `ln(1 + x)`, accurate for small `x`.
    public func log1p() -> Tensor { applying(GRADUS_LOG1P) }
    /// `√x`.
    public func squareRoot() -> Tensor { applying(GRADUS_SQRT) }
    /// `x²`.
    public func squared() -> Tensor { applying(GRADUS_SQUARE) }
    /// `1 / x`.
    public func reciprocal() -> Tensor { applying(GRADUS_RECIPROCAL) }
    /// `|x|`; the gradient at 0 is 0.
    public func absoluteValue() -> Tensor { applying(GRADUS_ABS) }
    /// `sin x`, in radians.
    public func sin() -> Tensor { applying(GRADUS_SIN) }
    /// `cos x`, in radians.
    public func cos() -> Tensor { applying(GRADUS_COS) }
    /// `tan x`, for `x` in radians.
    public func tan() -> Tensor { applying(GRADUS_TAN) }
    /// The angle between −π/2 and π/2 whose tangent is `x`, in radians.
    public func atan() -> Tensor { applying(GRADUS_ATAN) }
    /// The error function, `2/√π ∫₀ˣ exp(−t²) dt`.
    public func erf() -> Tensor { applying(GRADUS_ERF) }
    /// `1 − erf(x)`, accurate where that difference would round to 0: `2/√π ∫ₓ^∞ exp(−t²) dt`.
    public func erfc() -> Tensor { applying(GRADUS_ERFC) }
    /// −1, 0 or 1; no gradient flows.
    public func sign() -> Tensor { detached().applying(GRADUS_SIGN) }
    /// The largest integer not above `x`; no gradient flows.
    public func floor() -> Tensor { detached().applying(GRADUS_FLOOR) }
    /// The nearest integer, ties to even; no gradient flows.
    public func rounded() -> Tensor { detached().applying(GRADUS_ROUND) }
    /// `xᵖ` for a number `p`; for `p = 0` it is 1 with a gradient of 0, even at `x = 0`.
    public func power(_ exponent: Double) -> Tensor { applying(GRADUS_POWER_SCALAR, parameter: exponent) }

    /// Each element clamped to `low...high`; the gradient is 0 outside of the bounds and on them. NaN stays NaN.
    ///
    /// - Traps: when `low > high`.
    @specialized(where Scalar == Float)
    public func clipped(_ low: Double = -.infinity, _ high: Double = .infinity) -> Tensor {
        check(low <= high, "clipped: the lower limit \(low) is above the upper limit \(high)")
        if low == -.infinity { return high == .infinity ? self : applying(GRADUS_MIN_SCALAR, parameter: high) }
        if high == .infinity { return applying(GRADUS_MAX_SCALAR, parameter: low) }
        let x = detached()
        let y = Tensor.computed(shape, x) { out, x in
            let kernel = Scalar.kernels.pointee.clamp
            nonisolated(unsafe) let (out, x) = (out, x)
            Parallel.forEachRange(count, grain: Parallel.elementGrain) { start, length in
                kernel(out + start, x + start, low, high, length)
            }
        }
        return record(y, from: self) { upstream, pass in
            if pass.createsGraph {
                let isInside = (x .> Scalar(clamping: low)) && (x .< Scalar(clamping: high))
                return `where`(isInside, upstream, Tensor(0))
            }
            return .computed(x.shape, upstream, x) { dx, dy, x in
                let kernel = Scalar.kernels.pointee.clamp_gradient
                nonisolated(unsafe) let (dx, dy, x) = (dx, dy, x)
                Parallel.forEachRange(y.count, grain: Parallel.elementGrain) { start, length in
                    kernel(dx + start, dy + start, x + start, low, high, length)
                }
            }
        }
    }
}

/// Whether all elements are finite.
extension Tensor where Scalar: DifferentiableScalar {
    /// `true` if no element is NaN or infinite.
    public var isFinite: Bool {
        withUnsafeElements { x in
            guard let base = x.baseAddress else { return true }
            let kernel = Scalar.kernels.pointee.all_finite
            nonisolated(unsafe) let elements = base
            return Kernels.sumOverRanges(count, grain: 1 << 16) { kernel(elements + $0, $1) == 0 ? 1 : 0 } == 0
        }
    }

    /// The sum of the squares of all elements, in double precision.
    package var sumOfSquares: Double {
        withUnsafeElements { x in
            guard let base = x.baseAddress else { return 0 }
            let kernel = Scalar.kernels.pointee.sum_of_squares
            nonisolated(unsafe) let elements = base
            return Kernels.sumOverRanges(count, grain: 1 << 16) { kernel(elements + $0, $1) }
        }
    }
}
