extension Tensor where Scalar: NumericScalar {
    /// Zeros.
    public init(zeros shape: [Int], file: StaticString = #fileID, line: UInt = #line) {
        self.init(repeating: 0, shape: shape, file: file, line: line)
    }

    /// Ones.
    public init(ones shape: [Int], file: StaticString = #fileID, line: UInt = #line) {
        self.init(repeating: 1, shape: shape, file: file, line: line)
    }

    /// The square identity matrix, `[n, n]`.
    public init(identity n: Int, file: StaticString = #fileID, line: UInt = #line) {
        self.init(zeros: [n, n], file: file, line: line)
        withUnsafeMutableElements { for i in 0..<n { $0[i * n + i] = 1 } }
    }

    /// The numbers of a range in steps: `start, start + step, …` below `end`.
    ///
    /// - Traps: when `step` is zero.
    public init(
        from start: Double, upTo end: Double, by step: Double = 1, file: StaticString = #fileID, line: UInt = #line
    ) {
        check(step != 0, "Tensor: a range needs a step that is not zero", file, line)
        let count = Swift.max(0, Int(((end - start) / step).rounded(.up)))
        self.init((0..<count).map { Scalar(clamping: start + Double($0) * step) })
    }

    /// `count` numbers at equal distances, both ends included.
    public init(linearFrom start: Double, to end: Double, count: Int) {
        self.init(
            (0..<Swift.max(0, count)).map { i in
                Scalar(clamping: count == 1 ? start : start + (end - start) * Double(i) / Double(count - 1))
            })
    }

    /// The values of another element type, clamped to the range of this one; no gradient flows.
    public init<Source: NumericScalar>(_ source: Tensor<Source>) {
        self = convert(source)
    }
}

extension Tensor where Scalar == Int32 {
    /// Indices or labels that were counted as `Int`, `[elements.count]`.
    ///
    /// - Traps: when one leaves the range of `Int32`.
    @_disfavoredOverload  // literals are of the element type
    public init(_ elements: [Int], file: StaticString = #fileID, line: UInt = #line) {
        self.init(
            elements.map { element in
                guard let index = Int32(exactly: element) else {
                    stop("Tensor: \(element) leaves the range of Int32", file, line)
                }
                return index
            })
    }
}

@specialized(where Source == UInt8, Target == Float)
@specialized(where Source == Float, Target == UInt8)
@specialized(where Source == Int32, Target == Float)
@specialized(where Source == Float, Target == Double)
@specialized(where Source == Double, Target == Float)
private func convert<Source: NumericScalar, Target: NumericScalar>(_ source: Tensor<Source>) -> Tensor<Target> {
    .computed(source.shape, source) { out, x in
        for i in 0..<source.count { out[i] = Target(clamping: x[i].asDouble) }
    }
}
