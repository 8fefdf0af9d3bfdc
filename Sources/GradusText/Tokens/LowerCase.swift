extension StringProtocol {
    /// The text in small letters, as Unicode's rules for whole texts have them (chapter 3.13) and Python's `str.lower()`: a
    /// capital sigma at the end of a word becomes ς, where `lowercased()` writes σ.
    public func lowercasedInContext() -> String { String(self).loweredInContext() }
}

extension String {
    fileprivate func loweredInContext() -> String {
        // Both bytes of Σ are rare in text that has none, and the first is quickly looked for.
        guard utf8.contains(0xCE), unicodeScalars.contains(capitalSigma) else { return lowercased() }
        let scalars = Array(unicodeScalars)
        var result = String.UnicodeScalarView()
        for (position, scalar) in scalars.enumerated() {
            if scalar == capitalSigma && scalars.endsWord(at: position) {
                result.append("ς")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(result)
    }
}

private let capitalSigma: Unicode.Scalar = "Σ"

extension [Unicode.Scalar] {
    /// Unicode's condition Final_Sigma: a letter with case before it and none behind, whatever points, apostrophes and
    /// accents, which case ignores, lie between.
    fileprivate func endsWord(at position: Int) -> Bool {
        guard let before = self[..<position].last(where: { !$0.properties.isCaseIgnorable }), before.properties.isCased
        else {
            return false
        }
        return self[(position + 1)...].first { !$0.properties.isCaseIgnorable }?.properties.isCased != true
    }
}
