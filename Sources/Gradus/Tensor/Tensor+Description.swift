/// Printing as in NumPy: nested brackets, aligned columns, long axes abbreviated.
extension Tensor: CustomStringConvertible {
    /// The elements as NumPy prints them.
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

/// The row-major positions of the printed elements; axes longer than twice `edge` show only their ends.
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

/// Decimals as NumPy prints them: as few digits as distinguish the values, at most eight; exponents for a wide range.
func printedDecimals<Scalar: BinaryFloatingPoint & CustomStringConvertible>(_ values: [Scalar]) -> [String] {
    let magnitudes = values.filter { $0.isFinite && $0 != 0 }.map { abs(Double($0)) }
    let (smallest, largest) = (magnitudes.min() ?? 1, magnitudes.max() ?? 1)
    let usesExponents = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000
    let texts = values.map { $0.isFinite ? DecimalText($0) : nil }
    let decimals = texts.compactMap { $0?.decimals(withExponent: usesExponents) }.max() ?? 0
    return zip(values, texts).map { value, text in
        guard let text else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        return usesExponents ? text.scientific(decimals) : text.positional(decimals)
    }
}

/// The shortest decimal digits that identify a number: `0.d₁d₂… × 10^exponent`.
private struct DecimalText {
    let isNegative: Bool
    let digits: [Int]
    let exponent: Int

    init<Scalar: BinaryFloatingPoint & CustomStringConvertible>(_ value: Scalar) {
        let parts = value.magnitude.description.split(separator: "e")
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let all = (number[0] + (number.count > 1 ? number[1] : "")).compactMap(\.wholeNumberValue)
        let leading = all.prefix { $0 == 0 }.count
        let significant = all.dropFirst(leading)
        digits = Array(significant.dropLast(significant.reversed().prefix { $0 == 0 }.count))
        isNegative = value.sign == .minus
        exponent = digits.isEmpty ? 1 : number[0].count - leading + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// The number of digits after the point, at most eight.
    func decimals(withExponent: Bool) -> Int { min(8, max(0, digits.count - (withExponent ? 1 : exponent))) }

    /// As `-12.5`, padded with blanks to the given number of decimals.
    func positional(_ decimals: Int) -> String {
        let significant = rounded(toPositions: exponent + decimals)
        let kept = Array(repeating: 0, count: max(0, decimals - significant.count)) + significant
        let whole = String(kept.dropLast(decimals).map { Character("\($0)") })
        let fraction = kept.suffix(decimals)
        let used = fraction.dropLast(fraction.reversed().prefix { $0 == 0 }.count)
        let blanks = String(repeating: " ", count: decimals - used.count)
        return sign + (whole.isEmpty ? "0" : whole) + "." + used.map(String.init).joined() + blanks
    }

    /// As `-1.25e+03`.
    func scientific(_ decimals: Int) -> String {
        let kept = rounded(toPositions: decimals + 1)
        // Rounding 9.99… up gives one digit more, and a larger exponent.
        let power = exponent - 1 + (kept.count > decimals + 1 ? 1 : 0)
        let fraction = kept.dropFirst().prefix(decimals).map(String.init).joined()
        let size = String(abs(power))
        return "\(sign)\(kept[0]).\(fraction)e\(power < 0 ? "-" : "+")\(size.count < 2 ? "0" : "")\(size)"
    }

    private var sign: String { isNegative ? "-" : "" }

    /// The first `positions` digits, rounded by the next one and padded with zeros on either side.
    private func rounded(toPositions positions: Int) -> [Int] {
        var kept =
            Array(digits.prefix(max(0, positions))) + Array(repeating: 0, count: max(0, positions - digits.count))
        guard positions >= 0, digits.count > positions, digits[positions] >= 5 else { return kept }
        var at = kept.count - 1
        while at >= 0 && kept[at] == 9 {
            kept[at] = 0
            at -= 1
        }
        if at >= 0 { kept[at] += 1 } else { kept.insert(1, at: 0) }
        return kept
    }
}
