import Gradus

/// Makes sentences at random.
struct PhraseGrammar {
    private var words: RandomWords

    init(seed: Int) { words = RandomWords(RandomGenerator(seed: UInt64(seed))) }

    /// An element drawn evenly.
    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int(words.next().multipliedFullWidth(by: UInt64(elements.count)).high)]
    }

    /// Whether something happens that happens so many times in a hundred.
    mutating func happens(_ percent: UInt64) -> Bool { words.next().multipliedFullWidth(by: 100).high < percent }

    /// A sentence of any kind in which no word comes twice in a row.
    mutating func sentence() -> Phrase {
        let phrase = anySentence()
        return zip(phrase.english, phrase.english.dropFirst()).contains(where: ==) ? sentence() : phrase
    }

    private mutating func anySentence() -> Phrase {
        switch words.next().multipliedFullWidth(by: 100).high {
        case 0..<8: thereIs()
        case 8..<16: comparison()
        case 16..<24: opinion()
        case 24..<36: clause(subject(isPlain: true), asked: true) + Phrase("?", "?")
        default: clause(subject(), asked: false)
        }
    }

    /// `I think that she is happy`
    private mutating func opinion() -> Phrase {
        let thinker = happens(60) ? one(of: NounPhrase.pronouns) : person()
        let (english, french) = one(of: Self.opinions)
        let isThird = thinker.agreement.person == .he
        let verb = Phrase(
            [isThird ? english.third : english.base, "that"],
            french.words(thinker.agreement, .present, negated: false) + ["que"])
        return thinker.phrase + verb + clause(subject(), asked: false)
    }

    private static let opinions: [((base: String, third: String), FrenchVerb)] = [
        (("think", "thinks"), FrenchVerb("penser")),
        (("know", "knows"), FrenchVerb("savoir sais sait savons savez savent su saur")),
        (("say", "says"), FrenchVerb("dire dis dit disons dites disent dit dir")),
    ]

    /// `the boy is taller than the girl`
    private mutating func comparison() -> Phrase {
        let (a, b) = happens(70) ? twoPersons() : twoFoods()
        let adjective = one(of: Adjective.fitting(a.kind))
        let agreement = a.agreement
        let form = adjective.french(isFeminine: agreement.isFeminine, isPlural: agreement.isPlural)
        let verb = be(agreement, one(of: Tense.allCases), negated: false)
        let middle =
            switch words.next().multipliedFullWidth(by: 3).high {
            case 0: Phrase(["as", adjective.english, "as"], ["aussi", form, "que"])
            case 1: Phrase(["less", adjective.english, "than"], ["moins", form, "que"])
            default: Phrase([adjective.comparative, "than"], adjective.frenchComparative(agreement) + ["que"])
            }
        return a.phrase + verb + middle + b.phrase
    }

    private mutating func twoFoods() -> (NounPhrase, NounPhrase) {
        let (a, b) = (object([.food], .the), object([.food], .the))
        return a.phrase.english.last == b.phrase.english.last ? twoFoods() : (a, b)
    }

    /// `there is a cat in the garden`
    private mutating func thereIs() -> Phrase {
        let tense = one(of: Tense.allCases)
        let isPlural = happens(50)
        let noun = one(of: Noun.of(.person, .animal, .thing, .support))
        let adjective = happens(30) ? one(of: Adjective.standing(at: noun)) : nil
        let isNone = happens(30)
        let determiner: Determiner =
            isNone ? .no(english: "no") : isPlural ? (happens(50) ? .some : one(of: Determiner.numbers)) : .a
        let what = NounPhrase(determiner, adjective, noun, isPlural: isPlural)
        let verb =
            switch tense {
            case .present: isPlural ? "are" : "is"
            case .past: isPlural ? "were" : "was"
            case .future: "will be"
            }
        let third = Agreement(person: .he, isFeminine: false)
        let french = FrenchVerb.avoir.words(third, tense, negated: isNone, pronoun: "y")
        return Phrase(["there", verb], ["il"] + french) + what.phrase + place()
    }
}
