/// A noun with what belongs to it, or a pronoun.
struct NounPhrase {
    var phrase: Phrase
    let agreement: Agreement
    /// `nil` for pronouns.
    let kind: Noun.Kind?

    /// Whether only animals' verbs fit it.
    var isAnimal: Bool { kind == .animal }

    /// A noun with a determiner and perhaps an adjective.
    init(_ determiner: Determiner, _ adjective: Adjective?, _ noun: Noun, isPlural: Bool) {
        let english = isPlural ? noun.english.plural : noun.english.singular
        let french = isPlural ? noun.french.plural : noun.french.singular
        let precedes = adjective?.precedes == true
        let form = adjective?.french(
            isFeminine: noun.isFeminine, isPlural: isPlural, next: precedes ? french : "")
        let group = precedes ? [form!, french] : [french] + [form].compactMap { $0 }
        let article = determiner.french(
            isFeminine: noun.isFeminine, isPlural: isPlural, next: group[0], hasAdjectiveBefore: precedes)
        let words = [adjective?.english].compactMap { $0 } + [english]
        phrase = Phrase([determiner.english(isPlural: isPlural, next: words[0])] + words, [article] + group)
        agreement = Agreement(person: isPlural ? .they : .he, isFeminine: noun.isFeminine)
        kind = noun.kind
    }

    init(_ phrase: Phrase, _ agreement: Agreement, _ kind: Noun.Kind?) {
        (self.phrase, self.agreement, self.kind) = (phrase, agreement, kind)
    }

    /// Who acts, as a pronoun. I, we and they count as masculine, as French does when nothing else is known.
    static let pronouns: [NounPhrase] = [
        ("I", "je", .i, false), ("you", "vous", .you, false), ("he", "il", .he, false), ("she", "elle", .he, true),
        ("we", "nous", .we, false), ("they", "ils", .they, false),
    ].map { english, french, person, isFeminine in
        NounPhrase(Phrase(english, french), Agreement(person: person, isFeminine: isFeminine), nil)
    }

    /// Whom something is done to, as a pronoun, and what a participle agrees with.
    static let objects: [(phrase: Phrase, agreement: Agreement)] = [
        ("me", "me", .i, false), ("you", "vous", .you, false), ("him", "le", .he, false), ("her", "la", .he, true),
        ("us", "nous", .we, false), ("them", "les", .they, false),
    ].map { english, french, person, isFeminine in
        (Phrase(english, french), Agreement(person: person, isFeminine: isFeminine))
    }

    /// Both together; feminine only if both are.
    static func and(_ a: NounPhrase, _ b: NounPhrase) -> NounPhrase {
        NounPhrase(
            a.phrase + Phrase("and", "et") + b.phrase,
            Agreement(person: .they, isFeminine: a.agreement.isFeminine && b.agreement.isFeminine),
            a.isAnimal || b.isAnimal ? .animal : .person)
    }

    /// What belongs to somebody: `the king's horse`, `le cheval du roi`.
    static func belonging(to owner: NounPhrase, _ adjective: Adjective?, _ noun: Noun, isPlural: Bool) -> NounPhrase {
        var result = NounPhrase(.the, adjective, noun, isPlural: isPlural)
        let name = owner.phrase.english
        result.phrase.english = name.dropLast() + [name[name.count - 1] + "'s"] + result.phrase.english.dropFirst()
        result.phrase.french += FrenchSpelling.joined("de", owner.phrase.french)
        return result
    }
}
