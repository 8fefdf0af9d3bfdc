extension PhraseGrammar {
    /// Who acts; neither adjectives nor clauses belong to it if it `isPlain`.
    mutating func subject(isPlain: Bool = false) -> NounPhrase {
        if happens(52) { return one(of: NounPhrase.pronouns) }
        if happens(15) { return .and(twoPersons()) }
        return happens(70) ? person(isPlain: isPlain) : animal()
    }

    /// Two persons who are not the same.
    mutating func twoPersons() -> (NounPhrase, NounPhrase) {
        let (a, b) = (person(isPlain: true), person(isPlain: true))
        return a.phrase.english.last == b.phrase.english.last ? twoPersons() : (a, b)
    }

    /// A person as a noun: `my old aunt`, `the girl who sings`.
    mutating func person(canBePlural: Bool = true, isPlain: Bool = false) -> NounPhrase {
        let noun = one(of: Noun.of([.person, .kin]))
        let isPlural = canBePlural && noun.isCountable && happens(30)
        let adjective = !isPlain && happens(25) ? one(of: Adjective.standing(at: noun)) : nil
        let determiner = noun.kind == .kin ? one(of: Determiner.possessives) : happens(80) ? .the : .this
        var result = NounPhrase(determiner, adjective, noun, isPlural: isPlural)
        if !isPlain && happens(12) {
            let verb = one(of: Verb.of(.alone, animal: false))
            let english = result.agreement.isPlural ? verb.base : verb.third
            result.phrase = result.phrase + Phrase(["who", english], ["qui"] + verb.french.words(result.agreement))
        }
        return result
    }

    private mutating func animal() -> NounPhrase {
        let possessive = one(of: Determiner.possessives)
        return object([.animal], one(of: [.the, .this, possessive]))
    }

    /// What is acted on; if `negated`, `a` and `some` become French `de`; if `isDefinite`, they do not fit.
    mutating func object(
        _ kinds: [Noun.Kind], _ determiner: Determiner? = nil, negated: Bool = false, isDefinite: Bool = false
    ) -> NounPhrase {
        let noun = one(of: Noun.of(kinds))
        let isPlural = noun.isCountable && happens(35)
        let adjective = happens(25) ? one(of: Adjective.standing(at: noun)) : nil
        if determiner == nil && noun.kind != .kin && noun.kind != .person && happens(10) {
            return .belonging(to: person(canBePlural: false, isPlain: true), adjective, noun, isPlural: isPlural)
        }
        let indefinite: Determiner =
            switch (negated, isPlural) {
            case (true, true): .no(english: "any")
            case (true, false): .no(english: "a")
            case (false, true): happens(50) ? .some : one(of: Determiner.numbers)
            case (false, false): .a
            }
        let chosen: Determiner
        switch noun.kind {
        case _ where determiner != nil: chosen = determiner!
        case .kin: chosen = one(of: Determiner.possessives)
        case .person: chosen = happens(75) ? .the : .this
        case _ where !isDefinite && happens(40): chosen = indefinite
        default:
            let possessive = one(of: Determiner.possessives)
            chosen = one(of: [.the, .this, possessive])
        }
        return NounPhrase(chosen, adjective, noun, isPlural: isPlural)
    }

    /// `in the garden`, `near my house`
    mutating func place() -> Phrase {
        let kind: Noun.Kind = happens(35) ? .support : .place
        let preposition = one(of: WordTable["preposition \(kind)"])
        let noun = one(of: Noun.of([kind]))
        let place = NounPhrase(happens(75) ? .the : one(of: Determiner.possessives), nil, noun, isPlural: false).phrase
        return Phrase([preposition[0]] + place.english, FrenchSpelling.joined(preposition[1], place.french))
    }
}
