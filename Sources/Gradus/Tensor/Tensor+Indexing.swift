/// An index in the brackets of `x[…]`, one per axis: an integer selects one position and drops the axis, a range keeps
/// a part of it. Negative numbers count from the end, as in NumPy: −1 is the last position.
public protocol TensorIndex {
    /// The selected part of an axis.
    var axisPart: AxisPart { get }
}

/// The part of an axis that an index selects; negative numbers count from the end.
public enum AxisPart: Sendable {
    /// One position; the axis is dropped.
    case position(Int)
    /// The positions from `lower` up to, but not including, `upper`; `nil` is the end of the axis.
    case range(from: Int?, upTo: Int?)
    /// The positions from `lower` to `last`; `nil` is the beginning of the axis.
    case closedRange(from: Int?, to: Int)
}

extension Int: TensorIndex {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .position(self) }
}
extension Range: TensorIndex where Bound == Int {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .range(from: lowerBound, upTo: upperBound) }
}
extension ClosedRange: TensorIndex where Bound == Int {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .closedRange(from: lowerBound, to: upperBound) }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .range(from: lowerBound, upTo: nil) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .range(from: nil, upTo: upperBound) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
    /// The part of an axis that the index takes.
    public var axisPart: AxisPart { .closedRange(from: nil, to: upperBound) }
}

/// Parts by index: `x[0]`, `x[-1]`, `x[0, 1]`, `x[0..<2, 3]`, `x[1..., -1]`, `x[..., 0]`.
extension Tensor {
    /// The part at `index` of the first axis, of shape `shape[1...]`; memory is shared.
    ///
    /// - Traps: when the index is outside the axis.
    public subscript(index: Int) -> Tensor {
        part([index], [])
    }

    /// The part that the indices select from the first axes, in order; the other axes are kept whole.
    ///
    /// An integer drops its axis, a range keeps it. Memory is shared if the part is contiguous because only the last
    /// index is a range; other parts are copies.
    ///
    /// - Traps: when there are more indices than axes, or one is outside its axis.
    public subscript(indices: any TensorIndex...) -> Tensor {
        part(indices, [])
    }

    /// The part that the indices select from the last axes: `x[..., 0]`.
    ///
    /// - Traps: when there are more indices than axes, or one is outside its axis.
    public subscript(_: UnboundedRange, last: any TensorIndex...) -> Tensor {
        part([], last)
    }

    /// The part that an index selects from the first axis and the others from the last axes: `x[0, ..., 1]`.
    ///
    /// - Traps: when there are more indices than axes, or one is outside its axis.
    public subscript(
        first: any TensorIndex, _: UnboundedRange, last: any TensorIndex..., file file: StaticString = #fileID,
        line line: UInt = #line
    ) -> Tensor {
        part([first], last)
    }

    /// The part that `first` selects from the first axes and `last` from the last ones, axis by axis.
    private func part(_ first: [any TensorIndex], _ last: [any TensorIndex]) -> Tensor {
        check(
            first.count + last.count <= rank,
            "index: \(first.count + last.count) indices for the \(rank) axes of shape \(shape)")
        let chosen = Array(zip(shape.indices, first)) + Array(zip(shape.indices.suffix(last.count), last))
        let ranges = chosen.map { axis, index in position(index.axisPart, axis: axis) }
        var (result, dropped) = (self, 0)
        for ((axis, index), range) in zip(chosen, ranges) {
            result = result.slice(axis: axis - dropped, range)
            guard case .position = index.axisPart else { continue }
            result = result.squeezingShape(at: axis - dropped)
            dropped += 1
        }
        return result
    }

    /// The positions that a part of `axis` denotes, counted from the front.
    ///
    /// - Traps: when it is outside the axis.
    func position(_ part: AxisPart, axis: Int) -> Range<Int> {
        let length = shape[axis]
        func counted(_ bound: Int) -> Int { bound < 0 ? bound + length : bound }
        let (lower, upper, text): (Int, Int, String)
        switch part {
        case .position(let index):
            (lower, text) = (counted(index), "\(index)")
            upper = lower &+ 1
        case .range(let from, let end):
            (lower, upper) = (counted(from ?? 0), end.map(counted) ?? length)
            text = from.map { from in end.map { "\(from)..<\($0)" } ?? "\(from)..." } ?? "..<\(end ?? length)"
        case .closedRange(let from, let last):
            (lower, upper, text) = (counted(from ?? 0), counted(last) &+ 1, "\(from.map(String.init) ?? "")...\(last)")
        }
        check(
            lower >= 0 && lower <= upper && upper <= length,
            "index: \(text) is out of bounds for axis \(axis) of shape \(shape)\(length == 0 ? ", which is empty" : "")"
        )
        return lower..<upper
    }
}
