extension PhraseGrammar {
    /// Who acts.
    ///
    /// - Parameter isPlain: whether neither adjectives nor clauses belong to it.
    mutating func subject(isPlain: Bool = false) -> NounPhrase {
        if happens(52) { return one(of: NounPhrase.pronouns) }
        if happens(15) {
            let (a, b) = twoPersons()
            return .and(a, b)
        }
        return happens(70) ? person(isPlain: isPlain) : animal()
    }

    /// Two persons who are not the same.
    mutating func twoPersons() -> (NounPhrase, NounPhrase) {
        let (a, b) = (person(isPlain: true), person(isPlain: true))
        return a.phrase.english.last == b.phrase.english.last ? twoPersons() : (a, b)
    }

    /// A person as a noun: `my old aunt`, `the girl who sings`.
    mutating func person(canBePlural: Bool = true, isPlain: Bool = false) -> NounPhrase {
        let noun = one(of: Noun.of(.person, .kin))
        let isPlural = canBePlural && noun.isCountable && happens(30)
        let adjective = !isPlain && happens(25) ? one(of: Adjective.standing(at: noun)) : nil
        let determiner: Determiner =
            noun.kind == .kin ? .possessive(one(of: Possessive.all)) : happens(80) ? .the : .this
        var result = NounPhrase(determiner, adjective, noun, isPlural: isPlural)
        if !isPlain && happens(12) {
            let verb = one(of: Verb.of(.alone, animal: false))
            let english = result.agreement.isPlural ? verb.base : verb.third
            let french = verb.french.words(result.agreement, .present, negated: false)
            result.phrase = result.phrase + Phrase(["who", english], ["qui"] + french)
        }
        return result
    }

    private mutating func animal() -> NounPhrase {
        object([.animal], one(of: [.the, .this, .possessive(one(of: Possessive.all))]))
    }

    /// What is acted on.
    ///
    /// - Parameters:
    ///   - determiner: the one to take; `nil` for any.
    ///   - negated: whether `a` and `some` become French `de`.
    ///   - isDefinite: whether `a` and `some` do not fit.
    mutating func object(
        _ kinds: [Noun.Kind], _ determiner: Determiner? = nil, negated: Bool = false, isDefinite: Bool = false
    ) -> NounPhrase {
        let noun = one(of: kinds.flatMap { Noun.of($0) })
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
        case .kin: chosen = .possessive(one(of: Possessive.all))
        case .person: chosen = happens(75) ? .the : .this
        default:
            chosen =
                !isDefinite && happens(40) ? indefinite : one(of: [.the, .this, .possessive(one(of: Possessive.all))])
        }
        return NounPhrase(chosen, adjective, noun, isPlural: isPlural)
    }

    /// `in the garden`, `near my house`
    mutating func place() -> Phrase {
        let isSupport = happens(35)
        let (english, french) = one(of: isSupport ? Self.supports : Self.places)
        let noun = one(of: Noun.of(isSupport ? .support : .place))
        let determiner: Determiner = happens(75) ? .the : .possessive(one(of: Possessive.all))
        let where_ = NounPhrase(determiner, nil, noun, isPlural: false)
        return Phrase([english] + where_.phrase.english, prepositional(french, where_.phrase.french))
    }

    /// Only the last word of a preposition can join what follows: `près du parc`.
    func prepositional(_ preposition: String, _ words: [String]) -> [String] {
        let parts = preposition.split(separator: " ").map(String.init)
        return parts.dropLast() + FrenchSpelling.joined(parts[parts.count - 1], words)
    }

    private static let places = [
        ("in", "dans"), ("behind", "derrière"), ("in front of", "devant"), ("near", "près de"),
    ]
    private static let supports = [("under", "sous"), ("on", "sur"), ("behind", "derrière"), ("near", "près de")]
}
