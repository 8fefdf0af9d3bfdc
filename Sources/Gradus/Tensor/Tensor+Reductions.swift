import CKernels

/// Reductions over axes. `axes: nil` reduces all; with `keepingAxes` reduced axes remain with length 1.
extension Tensor where Scalar: DifferentiableScalar {
    /// Reduces runs of adjacent axes, the last run first.
    @specialized(where Scalar == Float)
    private func reduced(_ operation: gradus_reduction, _ axes: [Int]) -> Tensor {
        var (result, remaining) = (detached(), axes)
        while let last = remaining.popLast() {
            var first = last
            while remaining.last == first - 1 { first = remaining.removeLast() }
            let outer = result.shape[..<first].reduce(1, *)
            let n = result.shape[first...last].reduce(1, *)
            let inner = result.shape[(last + 1)...].reduce(1, *)
            let shape = result.shape.indices.map { (first...last).contains($0) ? 1 : result.shape[$0] }
            result = .computed(shape, result) { out, x in
                Kernels.reduce(operation, out, x, outer: outer, n: n, inner: inner)
            }
        }
        return result
    }

    private func checkNotEmpty(_ axes: [Int], _ operation: String) {
        check(axes.allSatisfy { shape[$0] > 0 }, "\(operation): axes \(axes) of shape \(shape) are empty")
    }

    /// The sum over `axes`.
    @specialized(where Scalar == Float)
    public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let axes = normalized(axes: axes, "sum")
        let kept = reducedShape(axes, keepingAxes: true)
        let value = reduced(GRADUS_SUM, axes).reshaped(to: reducedShape(axes, keepingAxes: keepingAxes))
        return record(value, from: self, transpose: { [shape] in $0.reshaped(to: kept).broadcast(to: shape) })
    }

    /// The mean over `axes`.
    ///
    /// - Traps: when an axis is empty.
    @specialized(where Scalar == Float)
    public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let normal = normalized(axes: axes, "mean")
        checkNotEmpty(normal, "mean")
        let n = normal.map { shape[$0] }.reduce(1, *)
        return sum(axes: normal, keepingAxes: keepingAxes) / Scalar(n)
    }

    /// The variance over `axes`: `Σ (x − mean)² / (n − correction)`; `correction` is 0 for the biased and 1 for the
    /// unbiased variance.
    ///
    /// - Traps: when an axis is empty, or `correction` is not below the number of elements.
    @specialized(where Scalar == Float)
    public func variance(axes: [Int]? = nil, keepingAxes: Bool = false, correction: Int = 0) -> Tensor {
        let normal = normalized(axes: axes, "variance")
        checkNotEmpty(normal, "variance")
        let n = normal.map { shape[$0] }.reduce(1, *)
        check(
            correction < n,
            "variance: a correction of \(correction) needs more than \(correction) elements along axes "
                + "\(normal), shape \(shape) has \(n)")
        let centered = self - mean(axes: normal, keepingAxes: true)
        // Far from 0 the rounding error of the mean is comparable to the deviation; the mean of the differences
        // corrects it.
        let rest = centered.detached().sum(axes: normal, keepingAxes: keepingAxes)
        return (centered.squared().sum(axes: normal, keepingAxes: keepingAxes) - rest.squared() / Scalar(n))
            / Scalar(n - correction)
    }

    /// The largest element along `axes`; the gradient is divided equally among equals.
    ///
    /// - Traps: when an axis is empty.
    public func max(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        extreme(GRADUS_MAX, "max", axes, keepingAxes)
    }

    /// The smallest element along `axes`; the gradient is divided equally among equals.
    ///
    /// - Traps: when an axis is empty.
    public func min(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        extreme(GRADUS_MIN, "min", axes, keepingAxes)
    }

    @specialized(where Scalar == Float)
    private func extreme(
        _ operation: gradus_reduction, _ name: StaticString, _ axes: [Int]?, _ keepingAxes: Bool
    ) -> Tensor {
        let axes = normalized(axes: axes, "\(name)")
        checkNotEmpty(axes, "\(name)")
        let x = detached()
        let value = reduced(operation, axes)
        return record(
            value.reshaped(to: reducedShape(axes, keepingAxes: keepingAxes)), from: self, operation: name
        ) { upstream, _ in
            // NaN is the extreme of its run.
            let isExtreme = (x .== value) || ((x .!= x) && (value .!= value))
            let shared = Tensor(mask: isExtreme).sum(axes: axes, keepingAxes: true)
            return `where`(isExtreme, upstream.reshaped(to: value.shape) / shared, Tensor(0))
        }
    }

    /// `ln Σ exp(x)` over `axes`, without overflow.
    ///
    /// - Traps: when an axis is empty.
    @specialized(where Scalar == Float)
    public func logSumExp(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let axes = normalized(axes: axes, "logSumExp")
        checkNotEmpty(axes, "logSumExp")
        let x = detached()
        let top = x.reduced(GRADUS_MAX, axes)
        let safe = `where`(top.finiteMask, top, Tensor(0))
        let total = (x - safe).exp().sum(axes: axes, keepingAxes: true)
        let value = total.log() + safe
        return record(value.reshaped(to: reducedShape(axes, keepingAxes: keepingAxes)), from: self) { upstream, pass in
            // Not exp(x − value): next to a large maximum, the logarithm's digits are rounded away in value.
            let powers = (pass.input(0, x) - safe).exp()
            let sum = pass.createsGraph ? powers.sum(axes: axes, keepingAxes: true) : total
            return powers / sum * upstream.reshaped(to: value.shape)
        }
    }

    /// Where elements are finite: there x − x is 0.
    var finiteMask: Tensor<Bool> {
        let x = detached()
        return (x - x) .== 0
    }
}
