/// How French words change before one another.
enum FrenchSpelling {
    /// Stands before an h that is treated as a consonant (le hamster).
    private static let aspiration: Character = "*"
    private static let elided: Set = ["je", "ne", "le", "la", "me", "de", "que"]

    /// Whether a word begins with a vowel's sound.
    static func beginsWithVowel(_ word: String) -> Bool { word.first.map { "aâeéêèiîoôuyœh".contains($0) } ?? false }

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

    /// A preposition and the words that follow it: `de le` becomes `du`, `à les` becomes `aux`, `près de le` becomes `près du`.
    static func joined(_ preposition: String, _ words: [String]) -> [String] {
        let parts = preposition.split(separator: " ").map(String.init)
        let (first, last) = (parts.dropLast(), parts[parts.count - 1])
        let isBeforeVowel = words.count > 1 && beginsWithVowel(words[1])
        switch (last, words.first) {
        case ("de", "le") where !isBeforeVowel: return first + ["du"] + words.dropFirst()
        case ("à", "le") where !isBeforeVowel: return first + ["au"] + words.dropFirst()
        case ("de", "les"): return first + ["des"] + words.dropFirst()
        case ("à", "les"): return first + ["aux"] + words.dropFirst()
        default: return parts + words
        }
    }

    static func plural(_ word: String, if isPlural: Bool) -> String {
        if let last = word.last, !isPlural || "sxz".contains(last) { return word }
        return word + (word.hasSuffix("eau") ? "x" : "s")
    }
}

/// What comes before a noun and its adjective.
enum Determiner {
    case the, a, some, this
    case number(english: String, french: String)
    /// English, French masculine, feminine and plural.
    case possessive([String])
    /// What replaces `a` and `some` under negation.
    case no(english: String)

    static let numbers = WordTable["number"].map { Determiner.number(english: $0[0], french: $0[1]) }
    static let possessives = WordTable["possessive"].map(Determiner.possessive)

    /// The English word, before the given one.
    func english(_ agreement: Agreement, next: String) -> String {
        switch self {
        case .the: "the"
        case .a, .no(english: "a"): "aeiou".contains(next.first ?? " ") ? "an" : "a"
        case .some: "some"
        case .this: agreement.isPlural ? "these" : "this"
        case .number(let english, _), .no(let english): english
        case .possessive(let forms): forms[0]
        }
    }

    /// The French word, before the given one, which may be an adjective.
    func french(_ agreement: Agreement, next: String, hasAdjectiveBefore: Bool) -> String {
        let (isFeminine, isPlural) = (agreement.isFeminine, agreement.isPlural)
        let vowel = FrenchSpelling.beginsWithVowel(next)
        return switch self {
        case .the: isPlural ? "les" : isFeminine ? "la" : "le"
        case .a: isFeminine ? "une" : "un"
        // Des turns into de before an adjective.
        case .some: hasAdjectiveBefore ? "de" : "des"
        case .this: isPlural ? "ces" : isFeminine ? "cette" : vowel ? "cet" : "ce"
        case .number(_, let french): french
        // Ma turns into mon before a vowel.
        case .possessive(let forms): forms[isPlural ? 3 : isFeminine && !vowel ? 2 : 1]
        case .no: "de"
        }
    }
}
