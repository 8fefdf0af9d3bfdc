/// A piece of a sentence in English and in French, as words.
struct Phrase {
    var english: [String]
    var french: [String]

    init(_ english: [String], _ french: [String]) { (self.english, self.french) = (english, french) }

    /// Words set apart by blanks.
    init(_ english: String, _ french: String) {
        self.init(english.split(separator: " ").map(String.init), french.split(separator: " ").map(String.init))
    }

    static let nothing = Phrase([], [])

    static func + (a: Phrase, b: Phrase) -> Phrase { Phrase(a.english + b.english, a.french + b.french) }
}

/// What French words agree with, and English verbs too.
struct Agreement {
    /// Who acts, in the order of the tables of verbs. "You" is always the polite form to one person.
    enum Person: Int { case i, he, we, you, they }

    let person: Person
    let isFeminine: Bool

    /// Whether participles and adjectives stand in the plural.
    var isPlural: Bool { person == .we || person == .they }
}

/// When something happens.
enum Tense: CaseIterable { case present, past, future }
