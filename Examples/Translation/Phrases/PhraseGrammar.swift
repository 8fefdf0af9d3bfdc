import Gradus

/// Makes sentences at random.
struct PhraseGrammar {
    private var words: RandomWords

    init(seed: Int) { words = RandomWords(RandomGenerator(seed: UInt64(seed))) }

    /// A number below `count`.
    mutating func draw(_ count: Int) -> Int { Int(words.next().multipliedFullWidth(by: UInt64(count)).high) }

    /// An element drawn evenly.
    mutating func one<Element>(of elements: [Element]) -> Element { elements[draw(elements.count)] }

    /// Whether something happens that happens so many times in a hundred.
    mutating func happens(_ percent: Int) -> Bool { draw(100) < percent }

    /// A sentence of any kind in which no word comes twice in a row.
    mutating func sentence() -> Phrase {
        let phrase = anySentence()
        return zip(phrase.english, phrase.english.dropFirst()).contains(where: ==) ? sentence() : phrase
    }

    private mutating func anySentence() -> Phrase {
        switch draw(100) {
        case 0..<8: thereIs()
        case 8..<16: comparison()
        case 16..<24: opinion()
        case 24..<36: clause(subject(isPlain: true), asked: true) + Phrase("?", "?")
        default: clause(subject())
        }
    }

    /// `I think that she is happy`
    private mutating func opinion() -> Phrase {
        let thinker = happens(60) ? one(of: NounPhrase.pronouns) : person()
        let verb = one(of: WordTable["opinion"])
        let english = verb[thinker.agreement.person == .he ? 1 : 0]
        let french = FrenchVerb(verb[3...]).words(thinker.agreement)
        return thinker.phrase + Phrase([english, "that"], french + ["que"]) + clause(subject())
    }

    /// `the boy is taller than the girl`
    private mutating func comparison() -> Phrase {
        let (a, b) = happens(70) ? twoPersons() : twoFoods()
        let adjective = one(of: Adjective.fitting(a.kind))
        let form = adjective.french(a.agreement)
        let verb = be(Clause(subject: a, tense: one(of: Tense.allCases)))
        let middle =
            switch draw(3) {
            case 0: Phrase(["as", adjective.english, "as"], ["aussi", form, "que"])
            case 1: Phrase(["less", adjective.english, "than"], ["moins", form, "que"])
            default: Phrase([adjective.comparative, "than"], adjective.frenchComparative(a.agreement) + ["que"])
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
        let noun = one(of: Noun.of([.person, .animal, .thing, .support]))
        let adjective = happens(30) ? one(of: Adjective.standing(at: noun)) : nil
        let isNone = happens(30)
        let determiner: Determiner =
            isNone ? .no(english: "no") : isPlural ? (happens(50) ? .some : one(of: Determiner.numbers)) : .a
        let what = NounPhrase(determiner, adjective, noun, isPlural: isPlural)
        let english = be(Clause(subject: what, tense: tense)).english
        let french = FrenchVerb.avoir.words(
            Agreement(person: .he, isFeminine: false), tense, negated: isNone, pronoun: "y")
        return Phrase(["there"] + english, ["il"] + french) + what.phrase + place()
    }
}
