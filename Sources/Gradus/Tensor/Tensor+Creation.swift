extension NumericScalar {
    /// The next number of this type towards `target`, if rounding a `Double` went past it.
    fileprivate func neighbor(towards target: Double) -> Self {
        if let float = self as? Float { return (target < Double(float) ? float.nextDown : float.nextUp) as! Self }
        if let double = self as? Double { return (target < double ? double.nextDown : double.nextUp) as! Self }
        return self
    }
}

extension Tensor where Scalar: NumericScalar {
    /// Zeros.
    public init(zeros shape: [Int]) {
        self.init(repeating: 0, shape: shape)
    }

    /// Ones.
    public init(ones shape: [Int]) {
        self.init(repeating: 1, shape: shape)
    }

    /// The square identity matrix, `[n, n]`.
    public init(identity n: Int) {
        self.init(zeros: [n, n])
        withUnsafeMutableElements { for i in 0..<n { $0[i * n + i] = 1 } }
    }

    /// The numbers `start, start + step, …` below `end`, or above it for a negative step.
    ///
    /// `end` itself is excluded, despite rounding: from 1 to 1.3 by 0.1 there are three numbers.
    ///
    /// - Traps: when `step` is zero, a number is not finite, or the range does not fit in memory.
    public init(from start: Double, upTo end: Double, by step: Double = 1) {
        check(step != 0, "Tensor: a range needs a step that is not zero")
        let steps = ((end - start) / step).rounded(.up)
        check(
            start.isFinite && end.isFinite && step.isFinite && steps < 0x1p59,
            "Tensor: the range from \(start) to \(end) by \(step) does not fit in memory")
        var count = Swift.max(0, Int(Swift.max(-1, steps)))
        func isInside(_ value: Double) -> Bool { step > 0 ? value < end : value > end }
        while count > 0 && !isInside(start + Double(count - 1) * step) { count -= 1 }
        self.init(
            (0..<count).map { i in
                let value = Scalar(clamping: start + Double(i) * step)
                return isInside(value.asDouble) ? value : value.neighbor(towards: start)
            })
    }

    /// `count` equally spaced numbers, including both ends exactly.
    ///
    /// - Traps: when `count` is negative, an end is not finite, or the numbers do not fit in memory.
    public init(linearFrom start: Double, to end: Double, count: Int) {
        checkShape([count])
        check(start.isFinite && end.isFinite, "Tensor: equally spaced numbers from \(start) to \(end)")
        let gaps = Double(Swift.max(1, count - 1))
        let step = end / gaps - start / gaps
        // Each half is computed from its own end, which is thus exact.
        self.init(
            (0..<count).map { i in
                Scalar(clamping: i <= (count - 1) / 2 ? start + step * Double(i) : end - step * Double(count - 1 - i))
            })
    }

    /// The values converted to another element type and clamped to its range; no gradient flows.
    ///
    /// Conversion to integers truncates, and NaN becomes 0.
    public init<Source: NumericScalar>(_ source: Tensor<Source>) {
        self = .computed(source.shape, source) { out, x in Kernels.convert(out, x, source.count) }
    }
}

extension Tensor where Scalar == Int32 {
    /// Indices or labels from `Int`, `[elements.count]`.
    ///
    /// - Traps: when one exceeds the range of `Int32`.
    @_disfavoredOverload  // literals are of the element type
    public init(_ elements: [Int]) {
        self.init(
            elements.map { element in
                guard let index = Int32(exactly: element) else {
                    stop("Tensor: \(element) exceeds the range of Int32")
                }
                return index
            })
    }
}
