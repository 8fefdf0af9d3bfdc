/// Decimals as NumPy chooses them: as few as tell the values apart, at most eight; exponents where the range is wide.
func printedDecimals<Scalar: BinaryFloatingPoint & CustomStringConvertible>(_ values: [Scalar]) -> [String] {
    let magnitudes = values.filter { $0.isFinite && $0 != 0 }.map { abs(Double($0)) }
    let (least, most) = (magnitudes.min() ?? 1, magnitudes.max() ?? 1)
    let usesExponents = most >= 1e8 || least < 1e-4 || most / least > 1000
    let texts = values.map { $0.isFinite ? DecimalText($0) : nil }
    let decimals = texts.compactMap { $0?.decimals(withExponent: usesExponents) }.max() ?? 0
    return zip(values, texts).map { value, text in
        guard let text else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        return usesExponents ? text.scientific(decimals) : text.positional(decimals)
    }
}

/// The shortest decimal digits that stand for one number: `0.d₁d₂… × 10^exponent`.
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

    /// How many digits follow the point, at most eight.
    func decimals(withExponent: Bool) -> Int { min(8, max(0, digits.count - (withExponent ? 1 : exponent))) }

    /// As `-12.5`, filled up with blanks to the given number of decimals.
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

    /// The first `positions` digits, rounded by the next one; zeros fill up on either side.
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
