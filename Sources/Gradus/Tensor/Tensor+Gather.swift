import CKernels

/// Selection by index, for any element type.
extension Tensor {
    func chosenRows(_ indices: Tensor<Int32>) -> Tensor {
        check(rank > 0, "gathering: a scalar has no axis")
        let row = shape.dropFirst().reduce(1, *)
        indices.requireInside(shape[0], "gathering")
        return .computed(indices.shape + shape.dropFirst(), self, indices) { out, x, chosen in
            let kernel = gradus_bytes().pointee.gather_rows
            nonisolated(unsafe) let (chosen, out, x) = (chosen, out, x)
            Kernels.forEachRowRange(indices.count, width: row) { first, count in
                kernel(out + first * row, x, chosen + first, count, row * MemoryLayout<Scalar>.size)
            }
        }
    }

    func taken(_ indices: Tensor<Int32>, _ axis: Int) -> Tensor {
        var expected = shape
        expected[axis] = indices.rank == rank ? indices.shape[axis] : 0
        check(indices.shape == expected, "takeAlong: shape \(shape) and indices \(indices.shape) disagree")
        let (outer, n, inner) = split(at: axis)
        let k = indices.shape[axis]
        indices.requireInside(n, "takeAlong")
        return .computed(indices.shape, self, indices) { out, x, chosen in
            let (kernel, size) = (gradus_bytes().pointee.take_along, Int32(MemoryLayout<Scalar>.size))
            nonisolated(unsafe) let (chosen, out, x) = (chosen, out, x)
            if outer == 1 {
                return Kernels.forEachRowRange(k, width: inner) { first, count in
                    kernel(out + first * inner, x, chosen + first * inner, 1, n, count, inner, size)
                }
            }
            Kernels.forEachRowRange(outer, width: k * inner) { first, count in
                let at = first * k * inner
                kernel(out + at, x + first * n * inner, chosen + at, count, n, k, inner, size)
            }
        }
    }
}

extension Tensor where Scalar == Int32 {
    /// Ends the program if an index is outside `0..<n`.
    func requireInside(_ n: Int, _ operation: String) {
        guard !isAbstract else { return }
        withUnsafeElements { indices in
            guard let base = indices.baseAddress else { return }
            let kernel = gradus_bytes().pointee.has_index_outside
            nonisolated(unsafe) let elements = base
            let ranges = Kernels.sumOverRanges(count, grain: 1 << 17) { Int(kernel(elements + $0, $1, n)) }
            guard ranges > 0, let index = indices.first(where: { $0 < 0 || Int($0) >= n }) else { return }
            stop("\(operation): index \(index) is outside 0..<\(n)")
        }
    }
}

extension Tensor {
    /// Rows of the first axis by index: `result[i…] = self[indices[i…]]`, shape `indices.shape + shape[1...]`.
    ///
    /// - Traps: when an index is outside the first axis.
    public func gathering(_ indices: Tensor<Int32>) -> Tensor {
        chosenRows(indices)
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// Rows of the first axis by index: `result[i…] = self[indices[i…]]`, shape `indices.shape + shape[1...]`.
    ///
    /// - Traps: when an index is outside the first axis.
    public func gathering(_ indices: Tensor<Int32>) -> Tensor {
        let value = chosenRows(indices)
        if origin == nil { return value }
        return record([value], from: [self]) { [shape] upstream, pass in
            guard pass.createsGraph else { return [.rows(upstream[0]!, at: indices, of: shape)] }
            return [.tensor(Tensor(repeating: 0, shape: shape).scatterAdding(upstream[0]!, at: indices))]
        }[0]
    }

    /// This tensor with rows added at the given indices of the first axis: `result[indices[i…]] += rows[i…]`.
    ///
    /// Rows with the same index are added in order.
    ///
    /// - Parameter rows: shape `indices.shape + shape[1...]`.
    /// - Traps: when the shapes disagree or an index is outside the first axis.
    @specialized(where Scalar == Float)
    public func scatterAdding(_ rows: Tensor, at indices: Tensor<Int32>) -> Tensor {
        check(
            rank > 0 && rows.shape == indices.shape + shape.dropFirst(),
            "scatterAdding: expected rows of shape \(indices.shape + shape.dropFirst()), got \(rows.shape)")
        indices.requireInside(shape[0], "scatterAdding")
        let width = shape.dropFirst().reduce(1, *)
        let value = Tensor.computed(shape, self, rows, indices) { [count] out, base, x, _ in
            out.update(from: base, count: count)
            addRows(x, indices, width, to: out)
        }
        return record(value, from: self, rows) { upstream, _ in
            upstream
        } _: { upstream, _ in
            upstream.gathering(indices)
        }
    }

    /// One element of each run along `axis`: `result[…, i, …] = self[…, indices[…, i, …], …]`.
    ///
    /// - Parameter indices: of this tensor's shape, except for the length along `axis`.
    /// - Traps: when the shapes disagree or an index is outside the axis.
    @specialized(where Scalar == Float)
    public func takeAlong(_ indices: Tensor<Int32>, axis: Int) -> Tensor {
        let axis = normalized(axis: axis, "takeAlong")
        return record(
            taken(indices, axis), from: self,
            transpose: { [shape] in $0.addedAlong(indices, axis, into: shape) })
    }

    /// Zeros of `shape` with each element added at the index that it was taken from: the transpose of `takeAlong`.
    func addedAlong(_ indices: Tensor<Int32>, _ axis: Int, into shape: [Int]) -> Tensor {
        let (n, k) = (shape[axis], indices.shape[axis])
        let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        let value = Tensor.computed(shape, self, indices) { out, up, chosen in
            let kernel = Scalar.kernels.pointee.scatter_add
            nonisolated(unsafe) let (out, up, chosen) = (out, up, chosen)
            Kernels.forEachRowRange(outer, width: Swift.max(n, k) * inner) { first, count in
                zeroFill(out + first * n * inner, count * n * inner)
                let at = first * k * inner
                kernel(out + first * n * inner, up + at, chosen + at, count, n, k, inner)
            }
        }
        return record(value, from: self, operation: "takeAlong", transpose: { $0.takeAlong(indices, axis: axis) })
    }
}

extension Tensor where Scalar == Int32 {
    /// One-hot vectors, 1 at the index and 0 elsewhere: shape `shape + [classes]`.
    ///
    /// - Traps: when an index is outside `0..<classes`.
    public func oneHot<Result: DifferentiableScalar>(
        _ classes: Int, as type: Result.Type = Float.self
    ) -> Tensor<Result> {
        check(
            classes >= 0 && isRepresentable(shape + [classes]),
            "oneHot: a tensor of shape \(shape + [classes]) does not fit in memory")
        requireInside(classes, "oneHot")
        return .computed(shape + [classes], self) { out, labels in
            let kernel = Result.kernels.pointee.one_hot
            nonisolated(unsafe) let (out, labels) = (out, labels)
            Kernels.forEachRowRange(count, width: classes) { first, count in
                kernel(out + first * classes, labels + first, count, classes)
            }
        }
    }
}
