/// How two shapes are brought together: aligned at the last axis, an axis of length 1 repeats.
struct Broadcast {
    let shape: [Int]
    let aStrides: [Int]
    let bStrides: [Int]
    /// Axes whose strides run on are merged, so that a kernel sees the fewest and longest loops.
    let merged: (shape: [Int], a: [Int], b: [Int])

    init(_ a: [Int], _ b: [Int], _ operation: String, _ file: StaticString, _ line: UInt) {
        let rank = max(a.count, b.count)
        let (fullA, fullB) = (leftPadded(a, rank), leftPadded(b, rank))
        check(
            zip(fullA, fullB).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 },
            "\(operation): shapes \(a) and \(b) do not broadcast: aligned at the right, lengths must agree or be 1",
            file, line)
        shape = zip(fullA, fullB).map { $0 == 1 ? $1 : $0 }
        check(isRepresentable(shape), "\(operation): no memory holds \(a) and \(b) broadcast to \(shape)", file, line)
        aStrides = broadcastStrides(fullA)
        bStrides = broadcastStrides(fullB)
        merged = Broadcast.merge(shape, aStrides, bStrides)
    }

    private static func merge(_ shape: [Int], _ a: [Int], _ b: [Int]) -> (shape: [Int], a: [Int], b: [Int]) {
        var result: (shape: [Int], a: [Int], b: [Int]) = ([], [], [])
        for axis in shape.indices where shape[axis] != 1 {
            if let last = result.shape.indices.last,
                result.a[last] == a[axis] * shape[axis], result.b[last] == b[axis] * shape[axis]
            {
                result.shape[last] *= shape[axis]
                result.a[last] = a[axis]
                result.b[last] = b[axis]
            } else {
                result.shape.append(shape[axis])
                result.a.append(a[axis])
                result.b.append(b[axis])
            }
        }
        return result
    }
}

/// `shape` with axes of length 1 put in front until it has `rank` axes.
func leftPadded(_ shape: [Int], _ rank: Int) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape }

/// Row-major strides: how many elements lie between neighbours along each axis.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}

/// Row-major strides with 0 where the length is 1, so that the element repeats.
func broadcastStrides(_ shape: [Int]) -> [Int] {
    zip(shape, rowMajorStrides(shape)).map { $0 == 1 ? 0 : $1 }
}

extension Tensor {
    /// The tensor repeated along axes of length 1 (and new leading axes) to fill `shape`.
    ///
    /// - Traps: when the shapes do not broadcast.
    public func broadcast(to shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor
    where Scalar: DifferentiableScalar {
        if self.shape == shape { return self }
        let value = repeated(to: shape, file, line)
        return record(value, from: self, transpose: { [source = self.shape] in $0.summed(to: source) })
    }

    /// The values of ``broadcast(to:file:line:)``, for any element type.
    func repeated(to target: [Int], _ file: StaticString = #fileID, _ line: UInt = #line) -> Tensor {
        if shape == target { return detached() }
        check(
            rank <= target.count && zip(leftPadded(shape, target.count), target).allSatisfy { $0 == $1 || $0 == 1 },
            "broadcast: shape \(shape) does not repeat to \(target)", file, line)
        return stridedCopy(target, broadcastStrides(leftPadded(shape, target.count)))
    }

    /// A contiguous copy of a strided view of this tensor.
    func stridedCopy(_ shape: [Int], _ strides: [Int], start: Int = 0) -> Tensor {
        .computed(shape, self) { out, source in
            guard !shape.contains(0) else { return }
            Kernels.copyStrided(out, source + start, shape, strides)
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// The sum over whatever was repeated to get from `target` to this shape: the gradient of broadcasting.
    func summed(to target: [Int]) -> Tensor {
        if shape == target { return self }
        let full = leftPadded(target, rank)
        let axes = shape.indices.filter { full[$0] == 1 && shape[$0] != 1 }
        return sum(axes: axes, keepingAxes: true).reshaped(to: target)
    }
}
