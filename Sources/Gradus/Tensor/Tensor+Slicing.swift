import Glibc

/// Slices. A slice of the first axis shares memory; other slices copy.
extension Tensor {
    /// The elements whose index along `axis` is in `range`, with the given step.
    ///
    /// - Traps: when the range exceeds the axis.
    public func slice(axis: Int, _ range: Range<Int>, step: Int = 1) -> Tensor {
        let axis = normalized(axis: axis, "slice")
        check(
            range.lowerBound >= 0 && range.upperBound <= shape[axis] && step > 0,
            "slice: \(range) by \(step) is out of bounds for axis \(axis) of shape \(shape)")
        var target = shape
        target[axis] = (range.count + step - 1) / step
        let strides = rowMajorStrides(shape)
        let start = range.lowerBound * strides[axis]
        var steps = strides
        steps[axis] *= step
        let value =
            axis == 0 && step == 1
            ? Tensor(shape: target, storage: storage, offset: offset + start)
            : stridedCopy(target, steps, start: start)
        return record(
            value, from: self,
            transpose: { [shape] in $0.spread(into: shape, axis: axis, start: range.lowerBound, step: step) })
    }

    /// The elements whose index along `axis` is in `range`, such as `..<3`, `2...` or `1...4`, with the given step;
    /// negative bounds count from the end.
    ///
    /// - Traps: when the range exceeds the axis.
    public func slice(axis: Int, _ range: some RangeExpression<Int> & TensorIndex, step: Int = 1) -> Tensor {
        let axis = normalized(axis: axis, "slice")
        return slice(axis: axis, position(range.axisPart, axis: axis), step: step)
    }

    /// The element at the given indices.
    ///
    /// - Traps: when an index is outside its axis or their number is not the rank.
    public func element(at indices: Int...) -> Scalar {
        check(
            indices.count == rank && zip(indices, shape).allSatisfy { $0 >= 0 && $0 < $1 },
            "element: \(indices) is not a position in shape \(shape)")
        return withUnsafeElements { $0[zip(indices, rowMajorStrides(shape)).reduce(0) { $0 + $1.0 * $1.1 }] }
    }

    /// The order of the elements reversed along `axes`.
    public func flipped(axes: [Int]) -> Tensor {
        let axes = normalized(axes: axes, "flipped")
        var strides = rowMajorStrides(shape)
        var start = 0
        for axis in axes where shape[axis] > 0 {
            start += (shape[axis] - 1) * strides[axis]
            strides[axis] = -strides[axis]
        }
        return record(stridedCopy(shape, strides, start: start), from: self, transpose: { $0.flipped(axes: axes) })
    }

    /// Zeros of `shape` with this tensor's elements at start, start + step, … along `axis`: the gradient of a slice.
    @specialized(where Scalar == Float)
    private func spread(into shape: [Int], axis: Int, start: Int, step: Int) -> Tensor {
        let (outer, n, inner) = split(at: axis)
        let width = shape[axis]
        let value: Tensor
        if step == 1 {
            var padding = shape.map { _ in (before: 0, after: 0) }
            padding[axis] = (start, width - start - n)
            value = surrounded(padding, with: Tensor(zeroBytes: []).item)
        } else {
            value = .computed(shape, self) { out, x in
                nonisolated(unsafe) let (out, x) = (out, x)
                Kernels.forEachRowRange(outer, width: width * inner) { first, count in
                    zeroFill(out + first * width * inner, count * width * inner)
                    for row in (first * n)..<((first + count) * n) {
                        let position = row / n * width + start + row % n * step
                        (out + position * inner).update(from: x + row * inner, count: inner)
                    }
                }
            }
        }
        let end = n == 0 ? start : start + (n - 1) * step + 1
        return record(value, from: self, transpose: { $0.slice(axis: axis, start..<end, step: step) })
    }
}

/// Fills memory with `value`. A generic loop would copy each element through the type's witness table; this copies
/// bytes, doubling the number each time.
func fill<Scalar: TensorScalar>(_ out: UnsafeMutablePointer<Scalar>, _ value: Scalar, _ count: Int) {
    guard count > 0 else { return }
    if withUnsafeBytes(of: value, { $0.allSatisfy { $0 == 0 } }) { return zeroFill(out, count) }
    out.pointee = value
    // The copied bytes fit a core's cache.
    var filled = 1
    while filled < count {
        let part = min(filled, count - filled, (1 << 14) / MemoryLayout<Scalar>.stride)
        (out + filled).update(from: out, count: part)
        filled += part
    }
}

/// Fills memory with zero bits, which are zero in every element type.
func zeroFill<Scalar: TensorScalar>(_ out: UnsafeMutablePointer<Scalar>, _ count: Int) {
    // The standard library's loop writes single bytes in a debug build.
    memset(out, 0, count * MemoryLayout<Scalar>.stride)
}
