import CKernels

/// Extremes and sorting along an axis. The first wins among equals; NaN counts as largest.
extension Tensor where Scalar: NumericScalar {
    /// The index of the largest element along `axis`.
    ///
    /// - Traps: when the axis is empty.
    public func argmax(axis: Int = -1) -> Tensor<Int32> {
        best("argmax", axis, smallest: false)
    }

    /// The index of the smallest element along `axis`.
    ///
    /// - Traps: when the axis is empty.
    public func argmin(axis: Int = -1) -> Tensor<Int32> {
        best("argmin", axis, smallest: true)
    }

    private func best(_ name: String, _ axis: Int, smallest: Bool) -> Tensor<Int32> {
        let axis = normalized(axis: axis, name)
        check(shape[axis] > 0, "\(name): axis \(axis) of shape \(shape) is empty")
        let (outer, n, inner) = split(at: axis)
        return .computed(reducedShape([axis], keepingAxes: false), self) { out, x in
            Kernels.best(out, x, outer: outer, n: n, inner: inner, smallest: smallest)
        }
    }

    /// The indices that sort each run along `axis`; the sort is stable.
    public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor<Int32> {
        let axis = normalized(axis: axis, "argsort")
        let (outer, n, inner) = split(at: axis)
        // Rows are sorted in contiguous memory.
        let rows = inner == 1 ? detached() : stridedCopy([outer, inner, n], [n * inner, 1, inner])
        let order = Tensor<Int32>.computed([outer * inner, n], rows) { out, x in
            Kernels.order(out, x, rows: outer * inner, n: n, descending: descending)
        }
        return (inner == 1 ? order : order.stridedCopy([outer, n, inner], [inner * n, 1, n])).reshaped(to: shape)
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// The elements sorted along `axis`.
    @specialized(where Scalar == Float)
    public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
        let order = argsort(axis: axis, descending: descending)
        return takeAlong(order, axis: axis)
    }

    /// The `k` largest elements along the last axis in descending order, and their indices.
    ///
    /// - Traps: when the last axis is shorter than `k`.
    @specialized(where Scalar == Float)
    public func topK(_ k: Int) -> (values: Tensor, indices: Tensor<Int32>) {
        check(
            rank > 0 && k >= 0 && k <= shape[rank - 1],
            "topK: the last axis of shape \(shape) does not have \(k) elements")
        let n = shape[rank - 1]
        var indices = Tensor<Int32>.uninitialized(shape.dropLast() + [k], like: self)
        if k > 64 && k > n / 16 {
            indices = argsort(descending: true).slice(axis: -1, 0..<k)
        } else if k > 0 {
            indices = .computed(indices.shape, self) { out, x in
                Kernels.largest(out, x, rows: count / Swift.max(1, n), n: n, k: k)
            }
        }
        return (takeAlong(indices, axis: -1), indices)
    }

    /// The cumulative sum along `axis`: element i is `Σ_{j ≤ i} x_j`, accumulated in double precision.
    public func cumulativeSum(axis: Int = -1) -> Tensor {
        let axis = normalized(axis: axis, "cumulativeSum")
        return runningSum(axis, fromEnd: false)
    }

    private func runningSum(_ axis: Int, fromEnd: Bool) -> Tensor {
        let (outer, n, inner) = split(at: axis)
        let sums = Tensor.computed(shape, self) { out, x in
            Kernels.runningSums(out, x, outer: outer, n: n, inner: inner, fromEnd: fromEnd)
        }
        return record(
            sums, from: self, operation: "cumulativeSum", transpose: { $0.runningSum(axis, fromEnd: !fromEnd) })
    }
}
