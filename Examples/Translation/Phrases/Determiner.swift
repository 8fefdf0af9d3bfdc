/// What stands before a noun and its adjective.
enum Determiner {
    case the, a, some, this
    case number(english: String, french: String)
    case possessive(Possessive)
    /// What stands for `a` and `some` where there is none.
    case no(english: String)

    static let numbers: [Determiner] = [
        .number(english: "two", french: "deux"), .number(english: "three", french: "trois"),
        .number(english: "four", french: "quatre"), .number(english: "ten", french: "dix"),
    ]

    /// The English word, before the given one.
    func english(isPlural: Bool, next: String) -> String {
        switch self {
        case .the: "the"
        case .a: "aeiou".contains(next.first ?? " ") ? "an" : "a"
        case .some: "some"
        case .this: isPlural ? "these" : "this"
        case .number(let english, _): english
        case .possessive(let owner): owner.english
        case .no(let english): english == "a" ? Self.a.english(isPlural: false, next: next) : english
        }
    }

    /// The French word, before the given one, which may be an adjective.
    func french(isFeminine: Bool, isPlural: Bool, next: String, hasAdjectiveBefore: Bool) -> String {
        let vowel = FrenchSpelling.beginsWithVowel(next)
        switch self {
        case .the: return isPlural ? "les" : isFeminine ? "la" : "le"
        case .a: return isFeminine ? "une" : "un"
        // Des turns into de before an adjective.
        case .some: return hasAdjectiveBefore ? "de" : "des"
        case .this: return isPlural ? "ces" : isFeminine ? "cette" : vowel ? "cet" : "ce"
        case .number(_, let french): return french
        case .possessive(let owner):
            // Ma turns into mon before a vowel.
            return isPlural ? owner.plural : isFeminine && !vowel ? owner.feminine : owner.masculine
        case .no: return "de"
        }
    }
}

/// To whom something belongs.
struct Possessive {
    let english: String
    let masculine: String
    let feminine: String
    let plural: String

    static let all = [
        Possessive(english: "my", masculine: "mon", feminine: "ma", plural: "mes"),
        Possessive(english: "our", masculine: "notre", feminine: "notre", plural: "nos"),
        Possessive(english: "your", masculine: "votre", feminine: "votre", plural: "vos"),
        Possessive(english: "his", masculine: "son", feminine: "sa", plural: "ses"),
        Possessive(english: "her", masculine: "son", feminine: "sa", plural: "ses"),
        Possessive(english: "their", masculine: "leur", feminine: "leur", plural: "leurs"),
    ]
}
