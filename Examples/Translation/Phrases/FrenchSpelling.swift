/// How French words change before one another.
enum FrenchSpelling {
    /// Stands before an h that is treated as a consonant (le hamster).
    static let aspiration: Character = "*"

    /// Whether a word begins with a vowel's sound.
    static func beginsWithVowel(_ word: String) -> Bool {
        word.first.map { "aâeéêèiîoôuyœh".contains($0) } ?? false
    }

    /// The words as a sentence: `je ai` becomes `j'ai`, and the marks of aspiration go.
    static func sentence(_ words: [String]) -> String {
        var text = ""
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            if elided.contains(word) && beginsWithVowel(next) {
                text += word.dropLast() + "'"
            } else {
                text += word.filter { $0 != aspiration } + (next.isEmpty ? "" : " ")
            }
        }
        return text
    }

    private static let elided: Set = ["je", "ne", "le", "la", "me", "de", "que"]

    /// A preposition and what it stands before: `de le` becomes `du`, `à les` becomes `aux`.
    static func joined(_ preposition: String, _ words: [String]) -> [String] {
        let isBeforeVowel = words.count > 1 && beginsWithVowel(words[1])
        switch (preposition, words.first) {
        case ("de", "le") where !isBeforeVowel: return ["du"] + words.dropFirst()
        case ("à", "le") where !isBeforeVowel: return ["au"] + words.dropFirst()
        case ("de", "les"): return ["des"] + words.dropFirst()
        case ("à", "les"): return ["aux"] + words.dropFirst()
        default: return preposition.split(separator: " ").map(String.init) + words
        }
    }

    static func plural(_ word: String) -> String {
        if let last = word.last, "sxz".contains(last) { return word }
        return word + (word.hasSuffix("eau") ? "x" : "s")
    }
}
