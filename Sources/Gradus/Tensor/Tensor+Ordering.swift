/// Where elements stand in the order of their axis. Among equals the first wins; NaN counts as largest.
extension Tensor where Scalar: NumericScalar {
    /// The index of the largest element along `axis`.
    ///
    /// - Traps: when the axis is empty.
    public func argmax(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor<Int32> {
        best("argmax", axis, file, line) { $0 > $1 || ($0 != $0 && $1 == $1) }
    }

    /// The index of the smallest element along `axis`.
    ///
    /// - Traps: when the axis is empty.
    public func argmin(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor<Int32> {
        best("argmin", axis, file, line) { $0 < $1 || ($0 == $0 && $1 != $1) }
    }

    private func best(
        _ name: String, _ axis: Int, _ file: StaticString, _ line: UInt, _ beats: (Scalar, Scalar) -> Bool
    ) -> Tensor<Int32> {
        let axis = normalized(axis: axis, name, file, line)
        check(shape[axis] > 0, "\(name): axis \(axis) of shape \(shape) is empty", file, line)
        let (outer, n, inner) = split(at: axis)
        return .computed(reducedShape([axis], keepingAxes: false), self) { out, x in
            bestIndices(out, x, outer, n, inner, beats)
        }
    }

    /// The indices that would sort each run along `axis`; equal elements keep their order.
    public func argsort(
        axis: Int = -1, descending: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor<Int32> {
        let axis = normalized(axis: axis, "argsort", file, line)
        let (outer, n, inner) = split(at: axis)
        return .computed(shape, self) { out, x in sortIndices(out, x, outer, n, inner, descending) }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// The elements in order along `axis`.
    public func sorted(
        axis: Int = -1, descending: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let order = argsort(axis: axis, descending: descending, file: file, line: line)
        return takeAlong(order, axis: axis, file: file, line: line)
    }

    /// The `k` largest elements along the last axis, the largest first, and their indices.
    ///
    /// - Traps: when the last axis is shorter than `k`.
    public func topK(
        _ k: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor<Int32>) {
        check(
            rank > 0 && k >= 0 && k <= shape[rank - 1], "topK: asked for \(k) of the last axis of shape \(shape)", file,
            line)
        let indices = argsort(descending: true).slice(axis: -1, 0..<k)
        return (takeAlong(indices, axis: -1), indices)
    }

    /// The running sum along `axis`: element i is `Σ_{j ≤ i} x_j`, added up in double precision.
    public func cumulativeSum(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let axis = normalized(axis: axis, "cumulativeSum", file, line)
        return runningSum(axis, fromEnd: false)
    }

    private func runningSum(_ axis: Int, fromEnd: Bool) -> Tensor {
        let (outer, n, inner) = split(at: axis)
        let sums = Tensor.computed(shape, self) { out, x in accumulateRuns(out, x, outer, n, inner, fromEnd) }
        return record(
            sums, from: self, operation: "cumulativeSum", transpose: { $0.runningSum(axis, fromEnd: !fromEnd) })
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func bestIndices<Scalar: NumericScalar>(
    _ out: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Scalar>, _ outer: Int, _ n: Int, _ inner: Int,
    _ beats: (Scalar, Scalar) -> Bool
) {
    for o in 0..<outer {
        for i in 0..<inner {
            let run = x + (o * n * inner + i)
            var best = 0
            for j in 1..<max(n, 1) where beats(run[j * inner], run[best * inner]) { best = j }
            out[o * inner + i] = Int32(best)
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sortIndices<Scalar: NumericScalar>(
    _ out: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Scalar>, _ outer: Int, _ n: Int, _ inner: Int,
    _ descending: Bool
) {
    // Swift's sort is stable; NaN is ordered above every number so that the order is total.
    func precedes(_ a: Scalar, _ b: Scalar) -> Bool { a < b || (a == a && b != b) }
    for o in 0..<outer {
        for i in 0..<inner {
            let start = o * n * inner + i
            let order = (0..<n).sorted { a, b in
                let (x, y) = (x[start + a * inner], x[start + b * inner])
                return descending ? precedes(y, x) : precedes(x, y)
            }
            for (j, index) in order.enumerated() { out[start + j * inner] = Int32(index) }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func accumulateRuns<Scalar: DifferentiableScalar>(
    _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ outer: Int, _ n: Int, _ inner: Int,
    _ fromEnd: Bool
) {
    for o in 0..<outer {
        for i in 0..<inner {
            var sum = 0.0
            for step in 0..<n {
                let at = (o * n + (fromEnd ? n - 1 - step : step)) * inner + i
                sum += x[at].asDouble
                out[at] = Scalar(clamping: sum)
            }
        }
    }
}
