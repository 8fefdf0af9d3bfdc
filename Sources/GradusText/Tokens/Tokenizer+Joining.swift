extension Tokenizer {
    /// Tokens as a sentence: blanks where writers set them.
    ///
    /// Marks that end something stand at the word before them, those that begin something at the word behind;
    /// apostrophes and hyphens join; straight quotation marks open and close in turn; ideographs stand side by side.
    public func text(of tokens: some Sequence<String>) -> String {
        var text = ""
        var last: String?
        var isQuoting = false
        for token in tokens {
            if let last, needsBlank(last, token, isQuoting) { text += " " }
            if token == "\"" { isQuoting.toggle() }
            text += token
            last = token
        }
        return text
    }

    private func needsBlank(_ left: String, _ right: String, _ isQuoting: Bool) -> Bool {
        if Self.joining.contains(left) || Self.joining.contains(right) { return false }
        if Self.opening.contains(left) || Self.closing.contains(right) { return false }
        if right == "\"" && isQuoting || left == "\"" && isQuoting { return false }
        return left.last?.isIdeograph != true || right.first?.isIdeograph != true
    }

    private static let joining: Set = ["'", "’", "-"]
    private static let opening: Set = ["(", "[", "{", "¿", "¡", "„", "“"]
    private static let closing: Set = [
        ".", ",", ";", ":", "!", "?", ")", "]", "}", "%", "…", "”", "。", "，", "！", "？", "、",
    ]
}
