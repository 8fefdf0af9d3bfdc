import CKernels

/// Concatenation, stacking, splitting and padding.
extension Tensor {
    /// The tensors concatenated along `axis`.
    ///
    /// - Traps: when the list is empty or the other lengths differ.
    @specialized(where Scalar == Float)
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { stop("concatenated: there are no tensors") }
        let axis = first.normalized(axis: axis, "concatenated")
        check(
            tensors.allSatisfy { other in
                other.rank == first.rank
                    && other.shape.indices.allSatisfy { $0 == axis || other.shape[$0] == first.shape[$0] }
            },
            "concatenated: shapes \(tensors.map(\.shape)) may differ along axis \(axis) only")
        let lengths = tensors.map { $0.shape[axis] }
        var shape = first.shape
        let total = lengths.reduce(0.0) { $0 + Double($1) }
        check(total < 0x1p59, "concatenated: the result of \(tensors.map(\.shape)) does not fit in memory")
        shape[axis] = lengths.reduce(0, +)
        let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        let width = shape[axis] * inner
        let value = computed(shape, tensors) { out, sources in
            let kernel = gradus_bytes().pointee.concatenate_rows
            let rowBytes = lengths.map { $0 * inner * MemoryLayout<Scalar>.size }
            nonisolated(unsafe) let (out, sources) = (out, sources.map { UnsafeRawPointer($0) })
            if outer == 1 {
                // A single row: each tensor is copied in parts.
                var start = 0
                for (source, length) in zip(sources, rowBytes) where length > 0 {
                    nonisolated(unsafe) let (to, from) = (UnsafeMutableRawPointer(out) + start, source)
                    Parallel.forEachRange(length, grain: Parallel.elementGrain * 4) { first, count in
                        (to + first).copyMemory(from: from + first, byteCount: count)
                    }
                    start += length
                }
                return
            }
            Kernels.forEachRowRange(outer, width: width) { first, count in
                kernel(out, sources, rowBytes, lengths.count, first, count)
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

    /// The tensors, all of one shape, stacked along a new axis.
    ///
    /// - Traps: when the list is empty or the shapes differ.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        check(!tensors.isEmpty, "stacked: there are no tensors")
        check(tensors.allSatisfy { $0.shape == tensors[0].shape }, "stacked: shapes \(tensors.map(\.shape)) differ")
        let at = axis < 0 ? axis + tensors[0].rank + 1 : axis
        return concatenated(tensors.map { $0.expandingShape(at: at) }, axis: at)
    }

    /// The tensor split along `axis` into parts of the given lengths.
    ///
    /// - Traps: when the sum of the lengths is not that of the axis.
    public func split(lengths: [Int], axis: Int = 0) -> [Tensor] {
        let axis = normalized(axis: axis, "split")
        check(
            lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == shape[axis],
            "split: the sum of lengths \(lengths) is not the length of axis \(axis) of shape \(shape)")
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return slice(axis: axis, start..<(start + length))
        }
    }

    /// The tensor split along `axis` into `parts` of equal length.
    ///
    /// - Traps: when the axis does not divide evenly.
    public func split(into parts: Int, axis: Int = 0) -> [Tensor] {
        let axis = normalized(axis: axis, "split")
        check(
            parts > 0 && shape[axis] % parts == 0,
            "split: axis \(axis) of shape \(shape) does not divide into \(parts) equal parts")
        return split(lengths: Array(repeating: shape[axis] / parts, count: parts), axis: axis)
    }

    /// The tensor padded with `value`: `padding[i]` elements before and after along axis i.
    ///
    /// - Traps: when there is not one non-negative pair for each axis.
    @specialized(where Scalar == Float)
    public func padded(_ padding: [(before: Int, after: Int)], with value: Scalar) -> Tensor {
        check(
            padding.count == rank && padding.allSatisfy { $0.before >= 0 && $0.after >= 0 },
            "padded: expected \(rank) pairs of lengths for shape \(shape), got \(padding)")
        let target = zip(shape, padding).map { length, padding in
            [padding.before, padding.after].reduce(length) { $0.addingReportingOverflow($1).partialValue }
        }
        check(
            zip(target, padding).allSatisfy { $0 >= $1.before && $0 >= $1.after } && isRepresentable(target),
            "padded: shape \(shape) with a padding of \(padding) does not fit in memory")
        let padded = surrounded(padding, with: value)
        return record(padded, from: self, transpose: { [shape] in $0.unpadded(to: shape, padding) })
    }

    /// The tensor without the padding of ``padded(_:with:)``, whose transpose this is for zeros.
    private func unpadded(to shape: [Int], _ padding: [(before: Int, after: Int)]) -> Tensor {
        let strides = rowMajorStrides(self.shape)
        let start = zip(padding, strides).reduce(0) { $0 + $1.0.before * $1.1 }
        let inner = stridedCopy(shape, strides, start: start)
        return record(inner, from: self, operation: "padded", transpose: { $0.paddedWithZeros(padding) })
    }

    private func paddedWithZeros(_ padding: [(before: Int, after: Int)]) -> Tensor {
        padded(padding, with: Tensor(zeroBytes: [1]).scalars[0])
    }

    /// The values of ``padded(_:with:)``.
    func surrounded(_ padding: [(before: Int, after: Int)], with value: Scalar) -> Tensor {
        let target = zip(shape, padding).map { $0 + $1.before + $1.after }
        // Axes without padding are merged with the previous ones.
        var (lengths, before, after) = ([1], [0], [0])
        for (length, padding) in zip(shape, padding) {
            let last = lengths.count - 1
            if padding == (0, 0) {
                lengths[last] *= length
                before[last] *= length
                after[last] *= length
            } else if lengths[last] == 1 && before[last] == 0 && after[last] == 0 {
                (lengths[last], before[last], after[last]) = (length, padding.before, padding.after)
            } else {
                lengths.append(length)
                before.append(padding.before)
                after.append(padding.after)
            }
        }
        let rows = before[0] + lengths[0] + after[0]
        let axes = (lengths, before, after)
        return .computed(target, self) { out, x in
            guard rows > 0 else { return }
            let (kernel, size) = (gradus_bytes().pointee.pad, Int32(MemoryLayout<Scalar>.size))
            let width = target.reduce(1, *) / rows
            nonisolated(unsafe) let (out, x) = (out, x)
            Parallel.forEachRange(rows, grain: Swift.max(1, Parallel.elementGrain / Swift.max(1, width))) {
                first, count in
                withUnsafeBytes(of: value) { value in
                    kernel(
                        out + first * width, x, Int32(axes.0.count), axes.0, axes.1, axes.2, value.baseAddress!, first,
                        count, size)
                }
            }
        }
    }
}

extension Tensor {
    /// The parts of the first axis, each of shape `shape[1...]`; memory is shared.
    ///
    /// Unlike subscripts in a loop, the parts propagate their gradients together.
    ///
    /// - Traps: when the tensor is a scalar.
    public func unstacked() -> [Tensor] {
        check(rank > 0, "unstacked: a scalar has no parts")
        let part = Array(shape.dropFirst())
        let size = part.reduce(1, *)
        let parts = (0..<shape[0]).map { Tensor(shape: part, storage: storage, offset: offset + $0 * size) }
        return record(parts, from: [self]) { upstream, _ in
            [.tensor(.stacked(upstream.map { $0 ?? Tensor(zeroBytes: part) }))]
        }
    }

    /// Zero bits, which are zero in every element type.
    init(zeroBytes shape: [Int]) {
        self = .computed(shape) { zeroFill($0, shape.reduce(1, *)) }
    }
}
