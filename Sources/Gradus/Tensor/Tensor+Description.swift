/// Printing as NumPy prints: nested brackets, columns aligned, long axes shortened to their ends.
extension Tensor: CustomStringConvertible {
    /// The elements as NumPy would print them.
    public var description: String {
        if isAbstract { return "Tensor(shape: \(shape), abstract)" }
        let edge = 3
        let isShortened = count > 1000
        let places = visiblePlaces(shape, isShortened ? edge : nil)
        let texts = withUnsafeElements { elements in Scalar.printed(places.map { elements[$0] }) }
        let width = texts.map(\.count).max() ?? 0
        var remaining = texts.map { String(repeating: " ", count: width - $0.count) + $0 }[...]
        return layOut(shape[...], depth: 1, edge: isShortened ? edge : nil, &remaining)
    }
}

/// The row-major places of the elements that are printed, when each axis longer than twice `edge` shows only its ends.
private func visiblePlaces(_ shape: [Int], _ edge: Int?) -> [Int] {
    let strides = rowMajorStrides(shape)
    var places = [0]
    for (length, stride) in zip(shape, strides) {
        var indices = Array(0..<length)
        if let edge, length > 2 * edge { indices = Array(0..<edge) + Array((length - edge)..<length) }
        places = places.flatMap { place in indices.map { place + $0 * stride } }
    }
    return places
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

/// Decimals as NumPy chooses them: as few as tell the values apart, at most eight; exponents where the range is wide.
func printedDecimals<Scalar: BinaryFloatingPoint & LosslessStringConvertible>(_ values: [Scalar]) -> [String] {
    let magnitudes = values.filter { $0.isFinite && $0 != 0 }.map { abs(Double($0)) }
    let (least, most) = (magnitudes.min() ?? 1, magnitudes.max() ?? 1)
    if most >= 1e8 || least < 1e-4 || most / least > 1e3 && (least < 1e-4 || most >= 1e8) {
        return values.map { $0.isFinite ? scientific($0) : nonFinite($0) }
    }
    let shortest = values.map { $0.isFinite ? fixed(Double($0), 8, String($0)) : nonFinite($0) }
    let decimals = shortest.map { text in text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0 }
    let most8 = decimals.max() ?? 0
    return zip(values, shortest).map { value, text in
        guard value.isFinite else { return text }
        let have = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
        return text + String(repeating: most8 > have ? " " : "", count: max(0, most8 - have))
    }
}

private func nonFinite<Scalar: BinaryFloatingPoint>(_ value: Scalar) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
}
