/// A piece of a sentence in English and in French, as words.
struct Phrase {
    var english: [String]
    var french: [String]

    init(_ english: [String], _ french: [String]) { (self.english, self.french) = (english, french) }

    /// Words with blanks between.
    init(_ english: String, _ french: String) {
        self.init(english.split(separator: " ").map(String.init), french.split(separator: " ").map(String.init))
    }

    static let nothing = Phrase([], [])

    static func + (a: Phrase, b: Phrase) -> Phrase { Phrase(a.english + b.english, a.french + b.french) }
}

/// What French words agree with, and English verbs too.
struct Agreement {
    /// The grammatical person, in the order of the tables of verbs. "You" is always the polite form to one person.
    enum Person: String, CaseIterable {
        case i, he, we, you, they

        var index: Int { Self.allCases.firstIndex(of: self)! }
    }

    let person: Person
    let isFeminine: Bool

    /// Whether participles and adjectives stand in the plural.
    var isPlural: Bool { person == .we || person == .they }
}

/// When something happens.
enum Tense: CaseIterable { case present, past, future }

/// A noun with its determiner and adjectives, or a pronoun.
struct NounPhrase {
    var phrase: Phrase
    let agreement: Agreement
    /// Nil for pronouns.
    let kind: Noun.Kind?

    /// Whether only animals' verbs fit it.
    var isAnimal: Bool { kind == .animal }

    /// A noun with a determiner and perhaps an adjective.
    init(_ determiner: Determiner, _ adjective: Adjective?, _ noun: Noun, isPlural: Bool) {
        let english = isPlural ? noun.english.plural : noun.english.singular
        let french = isPlural ? noun.french.plural : noun.french.singular
        let agreement = Agreement(person: isPlural ? .they : .he, isFeminine: noun.isFeminine)
        let precedes = adjective?.precedes == true
        let form = adjective.map { [$0.french(agreement, next: precedes ? french : "")] } ?? []
        let group = precedes ? form + [french] : [french] + form
        let article = determiner.french(agreement, next: group[0], hasAdjectiveBefore: precedes)
        let words = (adjective.map { [$0.english] } ?? []) + [english]
        let phrase = Phrase([determiner.english(agreement, next: words[0])] + words, [article] + group)
        self.init(phrase, agreement, noun.kind)
    }

    private init(_ phrase: Phrase, _ agreement: Agreement, _ kind: Noun.Kind?) {
        (self.phrase, self.agreement, self.kind) = (phrase, agreement, kind)
    }

    /// Pronouns as subjects.
    static let pronouns = pronouns(0)
    /// Pronouns as objects, and what a participle agrees with.
    static let objects = pronouns(1)

    private static func pronouns(_ role: Int) -> [NounPhrase] {
        WordTable["pronoun"].map {
            NounPhrase(
                Phrase($0[role], $0[2 + role]),
                Agreement(person: Agreement.Person(rawValue: $0[4])!, isFeminine: $0[5] == "f"), nil)
        }
    }

    /// Both together; feminine only if both are.
    static func and(_ both: (NounPhrase, NounPhrase)) -> NounPhrase {
        let (a, b) = both
        return NounPhrase(
            a.phrase + Phrase("and", "et") + b.phrase,
            Agreement(person: .they, isFeminine: a.agreement.isFeminine && b.agreement.isFeminine),
            a.isAnimal || b.isAnimal ? .animal : .person)
    }

    /// Something with its owner: `the king's horse`, `le cheval du roi`.
    static func belonging(to owner: NounPhrase, _ adjective: Adjective?, _ noun: Noun, isPlural: Bool) -> NounPhrase {
        var result = NounPhrase(.the, adjective, noun, isPlural: isPlural)
        let name = owner.phrase.english
        result.phrase.english = name.dropLast() + [name.last! + "'s"] + result.phrase.english.dropFirst()
        result.phrase.french += FrenchSpelling.joined("de", owner.phrase.french)
        return result
    }
}
