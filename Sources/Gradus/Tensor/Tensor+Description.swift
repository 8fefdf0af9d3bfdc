/// Printing as NumPy prints: nested brackets, columns aligned, long axes shortened to their ends.
extension Tensor: CustomStringConvertible {
    /// The elements as NumPy would print them.
    public var description: String {
        if isAbstract { return "Tensor(shape: \(shape), abstract)" }
        let edge = 3
        let isShortened = count > 1000
        let positions = visiblePositions(shape, isShortened ? edge : nil)
        let texts = withUnsafeElements { elements in Scalar.printed(positions.map { elements[$0] }) }
        if shape.isEmpty { return texts[0] + (texts[0].hasSuffix(".") ? "0" : "") }
        let width = texts.map(\.count).max() ?? 0
        var remaining = texts.map { String(repeating: " ", count: width - $0.count) + $0 }[...]
        return layOut(shape[...], depth: 1, edge: isShortened ? edge : nil, &remaining)
    }
}

/// The row-major positions of the elements that are printed, when each axis longer than twice `edge` shows only its ends.
private func visiblePositions(_ shape: [Int], _ edge: Int?) -> [Int] {
    let strides = rowMajorStrides(shape)
    var positions = [0]
    for (length, stride) in zip(shape, strides) {
        var indices = Array(0..<length)
        if let edge, length > 2 * edge { indices = Array(0..<edge) + Array((length - edge)..<length) }
        positions = positions.flatMap { position in indices.map { position + $0 * stride } }
    }
    return positions
}

private func layOut(_ shape: ArraySlice<Int>, depth: Int, edge: Int?, _ texts: inout ArraySlice<String>) -> String {
    guard let length = shape.first else { return texts.popFirst() ?? "" }
    let isCut = edge.map { length > 2 * $0 } ?? false
    var parts: [String] = []
    for index in 0..<(isCut ? 2 * edge! : length) {
        if isCut && index == edge { parts.append("...") }
        parts.append(layOut(shape.dropFirst(), depth: depth + 1, edge: edge, &texts))
    }
    let newlines = String(repeating: "\n", count: shape.count - 1)
    let separator = shape.count == 1 ? " " : newlines + String(repeating: " ", count: depth)
    return "[" + parts.joined(separator: separator) + "]"
}
