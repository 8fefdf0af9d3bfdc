/// The broadcasting of two shapes: aligned at the last axis, with axes of length 1 repeated.
struct Broadcast {
    let shape: [Int]
    let count: Int
    /// If one loop suffices, the strides of the operands in it: 1, or 0 for a single element.
    let steps: (a: Int, b: Int)?
    let operands: (a: [Int], b: [Int])

    init(_ a: [Int], _ b: [Int], _ operation: String) {
        operands = (a, b)
        let (isOneA, isOneB) = (a.allSatisfy { $0 == 1 }, b.allSatisfy { $0 == 1 })
        if a == b || (isOneB && a.count >= b.count) {
            (shape, steps) = (a, (1, a == b ? 1 : 0))
        } else if isOneA && b.count >= a.count {
            (shape, steps) = (b, (0, 1))
        } else {
            let rank = max(a.count, b.count)
            let (fullA, fullB) = (leftPadded(a, rank), leftPadded(b, rank))
            check(
                zip(fullA, fullB).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 },
                "\(operation): shapes \(a) and \(b) do not broadcast: aligned at the right, lengths must agree or be 1")
            (shape, steps) = (zip(fullA, fullB).map { $0 == 1 ? $1 : $0 }, nil)
            check(
                isRepresentable(shape),
                "\(operation): \(a) and \(b) broadcast to \(shape), which does not fit in memory")
        }
        count = shape.reduce(1, *)
    }

    /// A tensor's elements combined with one number.
    init(withNumber shape: [Int]) {
        (self.shape, steps, operands) = (shape, (1, 0), (shape, []))
        count = shape.reduce(1, *)
    }

    var aStrides: [Int] { broadcastStrides(leftPadded(operands.a, shape.count)) }
    var bStrides: [Int] { broadcastStrides(leftPadded(operands.b, shape.count)) }
}

/// `shape` with leading axes of length 1, up to `rank` axes.
func leftPadded(_ shape: [Int], _ rank: Int) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape }

/// Row-major strides: the distances in elements between neighbors along each axis.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}

/// Row-major strides with 0 for axes of length 1, so that their element repeats.
func broadcastStrides(_ shape: [Int]) -> [Int] {
    zip(shape, rowMajorStrides(shape)).map { $0 == 1 ? 0 : $1 }
}

extension Tensor {
    /// The tensor repeated along axes of length 1 and new leading axes to fill `shape`.
    ///
    /// - Traps: when the shapes do not broadcast.
    public func broadcast(to shape: [Int]) -> Tensor
    where Scalar: DifferentiableScalar {
        if self.shape == shape { return self }
        let value = repeated(to: shape)
        return record(value, from: self, transpose: { [source = self.shape] in $0.summed(to: source) })
    }

    /// The values of ``broadcast(to:)``, for any element type.
    func repeated(to target: [Int]) -> Tensor {
        if shape == target { return detached() }
        check(
            rank <= target.count && zip(leftPadded(shape, target.count), target).allSatisfy { $0 == $1 || $0 == 1 },
            "broadcast: shape \(shape) does not broadcast to \(target)")
        return stridedCopy(target, broadcastStrides(leftPadded(shape, target.count)))
    }

    /// A contiguous copy of a strided view of this tensor.
    func stridedCopy(_ shape: [Int], _ strides: [Int], start: Int = 0) -> Tensor {
        .computed(shape, self) { out, source in
            Kernels.copyStrided(out, source + start, shape, strides)
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// The sum over the axes along which `target` was broadcast to this shape: the gradient of broadcasting.
    @specialized(where Scalar == Float)
    func summed(to target: [Int]) -> Tensor {
        if shape == target { return self }
        let full = leftPadded(target, rank)
        let axes = shape.indices.filter { full[$0] == 1 && shape[$0] != 1 }
        return sum(axes: axes, keepingAxes: true).reshaped(to: target)
    }
}
