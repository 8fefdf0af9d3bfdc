/// An adjective in both languages.
struct Adjective {
    let english: String
    /// How English compares it, as `taller` or `more tired`.
    let comparative: String
    /// Whether it stands before its noun in French.
    let precedes: Bool
    private let masculine: String
    private let feminine: String
    /// The masculine before a vowel, as `bel`.
    private let beforeVowel: String?
    /// What it can be said of.
    private let kinds: [Noun.Kind]

    /// The form that agrees with something.
    ///
    /// - Parameter next: the word that follows, if it is a noun.
    func french(isFeminine: Bool, isPlural: Bool, next: String = "") -> String {
        if isFeminine { return isPlural ? FrenchSpelling.plural(feminine) : feminine }
        if isPlural { return FrenchSpelling.plural(masculine) }
        return FrenchSpelling.beginsWithVowel(next) ? beforeVowel ?? masculine : masculine
    }

    /// What is said of more of it, as `plus grand`; only `bon` has a word of its own.
    func frenchComparative(_ agreement: Agreement) -> [String] {
        guard masculine == "bon" else {
            return ["plus", french(isFeminine: agreement.isFeminine, isPlural: agreement.isPlural)]
        }
        let better = agreement.isFeminine ? "meilleure" : "meilleur"
        return [agreement.isPlural ? FrenchSpelling.plural(better) : better]
    }

    /// Those that can be said of something; `nil` stands for pronouns.
    static func fitting(_ kind: Noun.Kind?) -> [Adjective] { all.filter { $0.kinds.contains(kind ?? .person) } }

    /// Those that can stand at a noun and mean the same there: a "grand roi" is no tall king, and a "belle-mère" no beautiful
    /// mother.
    static func standing(at noun: Noun) -> [Adjective] {
        fitting(noun.kind).filter { adjective in
            switch noun.kind {
            case .person: adjective.english != "tall"
            case .kin: !["tall", "small", "beautiful"].contains(adjective.english)
            default: true
            }
        }
    }

    private static let letters: [Character: [Noun.Kind]] = [
        "p": [.person, .kin], "a": [.animal], "t": [.thing, .support], "f": [.food], "l": [.letter],
    ]

    /// English form and comparative, French masculine and feminine, place, kinds, perhaps the form before a vowel.
    private static let all = """
        happy happier heureux heureuse after pa
        sad sadder triste triste after pa
        tired more_tired fatigué fatiguée after pa
        rich richer riche riche after p
        strong stronger fort forte after pa
        famous more_famous célèbre célèbre after p
        intelligent more_intelligent intelligent intelligente after pa
        curious more_curious curieux curieuse after pa
        brave braver courageux courageuse after pa
        young younger jeune jeune before pa
        old older vieux vieille before patl vieil
        tall taller grand grande before p
        big bigger grand grande before at
        small smaller petit petite before patf
        beautiful more_beautiful beau belle before patfl bel
        new newer nouveau nouvelle before tl nouvel
        long longer long longue before l
        red redder rouge rouge after t
        blue bluer bleu bleue after t
        green greener vert verte after t
        white whiter blanc blanche after t
        black blacker noir noire after t
        heavy heavier lourd lourde after t
        expensive more_expensive cher chère after t
        clean cleaner propre propre after t
        good better bon bonne before fl
        cold colder froid froide after f
        fresh fresher frais fraîche after f
        """.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Adjective(
                english: words[0], comparative: words[1].replacing("_", with: " "), precedes: words[4] == "before",
                masculine: words[2], feminine: words[3], beforeVowel: words.count > 6 ? words[6] : nil,
                kinds: words[5].flatMap { letters[$0] ?? [] })
        }
}
