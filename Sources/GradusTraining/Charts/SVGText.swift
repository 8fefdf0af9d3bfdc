/// Text with XML's special characters escaped, code point by code point: a combining mark would hide one from a comparison of characters.
package func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(scalar)
        }
    }
}

/// The estimated width of a text in an unknown font: three fifths of the size for a letter, all of it for an ideograph.
package func textWidth(_ text: String, size: Int) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.properties.isIdeographic ? 10 : 6) * size } / 10
}
