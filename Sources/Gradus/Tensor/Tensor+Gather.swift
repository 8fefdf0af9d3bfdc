/// Elements chosen by index, for any element type.
extension Tensor {
    func chosenRows(_ indices: Tensor<Int32>, _ file: StaticString, _ line: UInt) -> Tensor {
        check(rank > 0, "gathering: a scalar has no axis to choose from", file, line)
        let (n, row) = (shape[0], shape.dropFirst().reduce(1, *))
        return .computed(indices.shape + shape.dropFirst(), self, indices) { out, x, chosen in
            nonisolated(unsafe) let (chosen, out, x) = (chosen, out, x)
            Kernels.forEachRowRange(indices.count, width: row) { first, count in
                for i in first..<(first + count) {
                    let index = Int(chosen[i])
                    check(index >= 0 && index < n, "gathering: index \(index) is outside 0..<\(n)", file, line)
                    (out + i * row).update(from: x + index * row, count: row)
                }
            }
        }
    }

    func taken(_ indices: Tensor<Int32>, _ axis: Int, _ file: StaticString, _ line: UInt) -> Tensor {
        var expected = shape
        expected[axis] = indices.rank == rank ? indices.shape[axis] : 0
        check(
            indices.shape == expected, "takeAlong: shape \(shape) and indices \(indices.shape) disagree", file, line)
        let (outer, n, inner) = split(at: axis)
        let k = indices.shape[axis]
        return .computed(indices.shape, self, indices) { out, x, chosen in
            for o in 0..<outer {
                for j in 0..<k {
                    for i in 0..<inner {
                        let at = (o * k + j) * inner + i
                        let index = Int(chosen[at])
                        check(index >= 0 && index < n, "takeAlong: index \(index) is outside 0..<\(n)", file, line)
                        out[at] = x[(o * n + index) * inner + i]
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// Rows of the first axis chosen by index: `result[i…] = self[indices[i…]]`, shape `indices.shape + shape[1...]`.
    ///
    /// - Traps: when an index is outside the first axis.
    public func gathering(_ indices: Tensor<Int32>, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        chosenRows(indices, file, line)
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// Rows of the first axis chosen by index: `result[i…] = self[indices[i…]]`, shape `indices.shape + shape[1...]`.
    ///
    /// - Traps: when an index is outside the first axis.
    public func gathering(
        _ indices: Tensor<Int32>, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        record(
            [chosenRows(indices, file, line)], from: [self]
        ) { [shape] upstream, pass in
            guard pass.createsGraph else { return [.rows(upstream[0]!, at: indices, of: shape)] }
            return [.tensor(Tensor(repeating: 0, shape: shape).scatterAdding(upstream[0]!, at: indices))]
        }[0]
    }

    /// This tensor with rows added at the given places of the first axis: `result[indices[i…]] += rows[i…]`.
    ///
    /// Rows that meet are added in the order of the indices.
    ///
    /// - Parameter rows: shape `indices.shape + shape[1...]`.
    /// - Traps: when the shapes disagree or an index is outside the first axis.
    public func scatterAdding(
        _ rows: Tensor, at indices: Tensor<Int32>, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        check(
            rank > 0 && rows.shape == indices.shape + shape.dropFirst(),
            "scatterAdding: expected rows of shape \(indices.shape + shape.dropFirst()), got \(rows.shape)", file, line)
        let (n, width) = (shape[0], shape.dropFirst().reduce(1, *))
        let value = Tensor.computed(shape, self, rows, indices) { [count] out, base, x, places in
            out.update(from: base, count: count)
            for i in 0..<indices.count {
                let place = Int(places[i])
                check(place >= 0 && place < n, "scatterAdding: index \(place) is outside 0..<\(n)", file, line)
                Scalar.kernels.pointee.add_scaled(out + place * width, x + i * width, 1, width)
            }
        }
        return record(value, from: self, rows) { upstream, _ in
            upstream
        } _: { upstream, _ in
            upstream.gathering(indices)
        }
    }

    /// One element of each run along `axis`: `result[…, i, …] = self[…, indices[…, i, …], …]`.
    ///
    /// - Parameter indices: of this tensor's shape, but with any length along `axis`.
    /// - Traps: when the shapes disagree or an index is outside the axis.
    public func takeAlong(
        _ indices: Tensor<Int32>, axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = normalized(axis: axis, "takeAlong", file, line)
        return record(
            taken(indices, axis, file, line), from: self,
            transpose: { [shape] in $0.addedAlong(indices, axis, into: shape) })
    }

    /// Zeros of `shape` with each element added at the place that it was taken from: the transpose of `takeAlong`.
    func addedAlong(_ indices: Tensor<Int32>, _ axis: Int, into shape: [Int]) -> Tensor {
        let (n, k) = (shape[axis], indices.shape[axis])
        let inner = shape[(axis + 1)...].reduce(1, *)
        let value = Tensor.computed(shape, self, indices) { out, up, chosen in
            zeroFill(out, shape.reduce(1, *))
            for at in 0..<indices.count {
                let (o, i) = (at / (k * inner), at % inner)
                out[(o * n + Int(chosen[at])) * inner + i] += up[at]
            }
        }
        return record(value, from: self, operation: "takeAlong", transpose: { $0.takeAlong(indices, axis: axis) })
    }
}

extension Tensor where Scalar == Int32 {
    /// Vectors that are 1 at the index and 0 elsewhere: shape `shape + [classes]`.
    ///
    /// - Traps: when an index is outside `0..<classes`.
    public func oneHot<Result: DifferentiableScalar>(
        _ classes: Int, as type: Result.Type = Float.self, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor<Result> {
        check(
            classes >= 0 && isRepresentable(shape + [classes]),
            "oneHot: no tensor has shape \(shape + [classes])", file, line)
        return .computed(shape + [classes], self) { out, labels in
            zeroFill(out, count * classes)
            for i in 0..<count {
                let label = Int(labels[i])
                check(label >= 0 && label < classes, "oneHot: index \(label) is outside 0..<\(classes)", file, line)
                out[i * classes + label] = 1
            }
        }
    }
}
