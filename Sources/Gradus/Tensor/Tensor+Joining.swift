/// Tensors put together and taken apart.
extension Tensor {
    /// The tensors one behind the other along `axis`.
    ///
    /// - Traps: when the list is empty or the other lengths differ.
    public static func concatenated(
        _ tensors: [Tensor], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        guard let first = tensors.first else { stop("concatenated: there are no tensors", file, line) }
        let axis = first.normalized(axis: axis, "concatenated", file, line)
        check(
            tensors.allSatisfy { other in
                other.rank == first.rank
                    && other.shape.indices.allSatisfy { $0 == axis || other.shape[$0] == first.shape[$0] }
            },
            "concatenated: shapes \(tensors.map(\.shape)) may differ along axis \(axis) only", file, line)
        let lengths = tensors.map { $0.shape[axis] }
        var shape = first.shape
        let total = lengths.reduce(0.0) { $0 + Double($1) }
        check(total < 0x1p59, "concatenated: no memory holds shapes \(tensors.map(\.shape))", file, line)
        shape[axis] = lengths.reduce(0, +)
        let (outer, width, inner) = (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
        let value = computed(shape, tensors) { out, sources in
            let starts = lengths.dropLast().reduce(into: [0]) { $0.append($0.last! + $1) }
            // Piece by piece: in each row, one tensor after another.
            nonisolated(unsafe) let (out, sources) = (out, sources)
            Kernels.forEachRowRange(outer * lengths.count, width: width * inner / lengths.count) { first, count in
                for piece in first..<(first + count) {
                    let (row, part) = piece.quotientAndRemainder(dividingBy: lengths.count)
                    (out + (row * width + starts[part]) * inner).update(
                        from: sources[part] + row * lengths[part] * inner, count: lengths[part] * inner)
                }
            }
        }
        return record(value, from: tensors) { upstream, pass in
            var start = 0
            return lengths.enumerated().map { index, length in
                defer { start += length }
                return pass.wants(index) ? upstream.slice(axis: axis, start..<(start + length)) : nil
            }
        }
    }

    /// The tensors, all of one shape, side by side along a new axis.
    ///
    /// - Traps: when the list is empty or the shapes differ.
    public static func stacked(
        _ tensors: [Tensor], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        check(!tensors.isEmpty, "stacked: there are no tensors", file, line)
        check(
            tensors.allSatisfy { $0.shape == tensors[0].shape }, "stacked: shapes \(tensors.map(\.shape)) differ", file,
            line)
        let at = axis < 0 ? axis + tensors[0].rank + 1 : axis
        return concatenated(tensors.map { $0.expandingShape(at: at, file: file, line: line) }, axis: at)
    }

    /// The tensor cut along `axis` into parts of the given lengths.
    ///
    /// - Traps: when the lengths do not add up to the axis.
    public func split(
        lengths: [Int], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> [Tensor] {
        let axis = normalized(axis: axis, "split", file, line)
        check(
            lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == shape[axis],
            "split: lengths \(lengths) do not add up to axis \(axis) of shape \(shape)", file, line)
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return slice(axis: axis, start..<(start + length))
        }
    }

    /// The tensor cut along `axis` into `parts` of equal length.
    ///
    /// - Traps: when the axis does not divide evenly.
    public func split(into parts: Int, axis: Int = 0, file: StaticString = #fileID, line: UInt = #line) -> [Tensor] {
        let axis = normalized(axis: axis, "split", file, line)
        check(
            parts > 0 && shape[axis] % parts == 0, "split: axis \(axis) of shape \(shape) has no \(parts) equal parts",
            file, line)
        return split(lengths: Array(repeating: shape[axis] / parts, count: parts), axis: axis)
    }

    /// The tensor surrounded by `value`: `padding[i]` elements before and after along axis i.
    ///
    /// - Traps: when there is not one non-negative pair for each axis.
    public func padded(
        _ padding: [(before: Int, after: Int)], with value: Scalar, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        check(
            padding.count == rank && padding.allSatisfy { $0.before >= 0 && $0.after >= 0 },
            "padded: expected \(rank) pairs of lengths for shape \(shape), got \(padding)", file, line)
        let target = zip(shape, padding).map { length, padding in
            [padding.before, padding.after].reduce(length) { $0.addingReportingOverflow($1).partialValue }
        }
        check(
            zip(target, padding).allSatisfy { $0 >= $1.before && $0 >= $1.after } && isRepresentable(target),
            "padded: no memory holds shape \(shape) with a padding of \(padding)", file, line)
        let strides = rowMajorStrides(target)
        let start = zip(padding, strides).reduce(0) { $0 + $1.0.before * $1.1 }
        let padded = Tensor.computed(target, self) { out, x in
            fill(out, value, target.reduce(1, *))
            guard count > 0 else { return }
            forEachRow(shape, strides) { row, at, length in (out + start + at).update(from: x + row, count: length) }
        }
        return record(padded, from: self, transpose: { [shape] in $0.unpadded(to: shape, padding) })
    }

    /// The elements that ``padded(_:with:file:line:)`` surrounded: its transpose where it surrounds with zeros.
    private func unpadded(to shape: [Int], _ padding: [(before: Int, after: Int)]) -> Tensor {
        let strides = rowMajorStrides(self.shape)
        let start = zip(padding, strides).reduce(0) { $0 + $1.0.before * $1.1 }
        let inner = stridedCopy(shape, strides, start: start)
        return record(inner, from: self, operation: "padded", transpose: { $0.paddedWithZeros(padding) })
    }

    private func paddedWithZeros(_ padding: [(before: Int, after: Int)]) -> Tensor {
        padded(padding, with: Tensor(zeroBytes: [1]).scalars[0])
    }
}

/// Calls `body` for each contiguous last-axis row of `shape`: where it begins in row-major memory, where under `strides`.
private func forEachRow(_ shape: [Int], _ strides: [Int], _ body: (_ row: Int, _ at: Int, _ length: Int) -> Void) {
    guard let length = shape.last else { return body(0, 0, 1) }
    var index = Array(repeating: 0, count: shape.count - 1)
    for row in 0..<shape.dropLast().reduce(1, *) {
        body(row * length, zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }, length)
        for axis in index.indices.reversed() {
            index[axis] += 1
            if index[axis] < shape[axis] { break }
            index[axis] = 0
        }
    }
}
