extension PhraseGrammar {
    /// A clause about `subject`; a question when it is asked.
    mutating func clause(_ subject: NounPhrase, asked: Bool) -> Phrase {
        let tense = one(of: Tense.allCases)
        let negated = !asked && happens(25)
        let said: Said =
            switch one(of: Array(0..<100)) {
            case 0..<10 where !subject.isAnimal: profession(subject, tense, negated)
            case 0..<24: quality(subject, tense, negated)
            case 24..<31: whereabouts(subject, tense, negated)
            case 31..<41: modal(subject, negated, asked)
            case 41..<58: simple(subject, tense, negated, asked)
            case 58..<66: motion(subject, tense, negated, asked)
            case 66..<76: pronounObject(subject, tense, negated, asked)
            default: nounObject(subject, tense, negated, asked)
            }
        let time = !said.times.isEmpty && happens(20) ? one(of: said.times) : .nothing
        guard asked else {
            let helper = said.helper.map { [$0] } ?? []
            return subject.phrase + Phrase(helper, []) + said.rest + time
        }
        // English puts the helping verb first, French "est-ce que".
        return Phrase(["\(said.helper ?? "")"], ["est-ce", "que"]) + subject.phrase + said.rest + time
    }

    /// What a clause says, without who.
    struct Said {
        /// The English word that comes before the subject in a question.
        let helper: String?
        let rest: Phrase
        /// What may say when.
        var times: [Phrase] = []
    }

    /// When something is so, and what else can be said of what is done.
    private static let times: [Tense: Phrase] = [
        .past: Phrase("yesterday", "hier"), .present: Phrase("today", "aujourd'hui"),
        .future: Phrase("tomorrow", "demain"),
    ]
    private static let always = Phrase("every day", "tous les jours")

    /// `is not`, as one piece.
    func be(_ agreement: Agreement, _ tense: Tense, negated: Bool) -> Phrase {
        Phrase(
            [beHelper(agreement, tense)] + (negated ? ["not"] : []) + (tense == .future ? ["be"] : []),
            FrenchVerb.etre.words(agreement, tense, negated: negated))
    }

    private func beHelper(_ agreement: Agreement, _ tense: Tense) -> String {
        switch (tense, agreement.person) {
        case (.future, _): "will"
        case (.present, .i): "am"
        case (.present, .he): "is"
        case (.present, _): "are"
        case (.past, .i), (.past, .he): "was"
        case (.past, _): "were"
        }
    }

    private func being(
        _ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ rest: Phrase, isLasting: Bool = false
    ) -> Said {
        let verb = be(subject.agreement, tense, negated: negated)
        return Said(
            helper: verb.english[0], rest: Phrase(Array(verb.english.dropFirst()), verb.french) + rest,
            times: isLasting ? [] : [Self.times[tense]!])
    }

    private mutating func profession(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool) -> Said {
        let profession = one(of: Profession.all)
        let english =
            subject.agreement.isPlural
            ? [profession.english + "s"]
            : [Determiner.a.english(isPlural: false, next: profession.english), profession.english]
        return being(
            subject, tense, negated, Phrase(english, [profession.french(subject.agreement)]), isLasting: true)
    }

    private mutating func quality(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool) -> Said {
        let adjective = one(of: Adjective.fitting(subject.kind))
        let form = adjective.french(
            isFeminine: subject.agreement.isFeminine, isPlural: subject.agreement.isPlural)
        let very = !negated && happens(25) ? Phrase("very", "très") : .nothing
        return being(subject, tense, negated, very + Phrase([adjective.english], [form]))
    }

    private mutating func whereabouts(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool) -> Said {
        being(subject, tense, negated, place())
    }

    private mutating func modal(_ subject: NounPhrase, _ negated: Bool, _ asked: Bool) -> Said {
        let modal = one(of: Modal.all)
        let verb = one(of: Verb.of(happens(50) ? .alone : .person, animal: subject.isAnimal))
        var (object, clitic): (Phrase, [String]) = (.nothing, [])
        if verb.kind == .person && happens(50) {
            let chosen = one(of: others(than: subject))
            (object, clitic) = (Phrase(chosen.phrase.english, []), chosen.phrase.french)
        } else if verb.kind == .person {
            object = self.object([.person, .animal], negated: negated, isDefinite: verb.isState).phrase
        }
        let french = modal.french.words(subject.agreement, .present, negated: negated)
        let (helper, english) = modal.english(subject.agreement, negated: negated, asked: asked)
        let action = Phrase([verb.base] + object.english, clitic + [verb.french.infinitive] + object.french)
        return Said(helper: helper, rest: Phrase(english, french) + action)
    }

    private mutating func simple(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ asked: Bool) -> Said {
        acting(one(of: Verb.of(.alone, animal: subject.isAnimal)), subject, tense, negated, asked)
    }

    private mutating func motion(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ asked: Bool) -> Said {
        let isThere = happens(60) && !subject.isAnimal
        let verb = one(of: Verb.of(isThere ? .to : .from, animal: subject.isAnimal))
        let place = NounPhrase(
            happens(80) ? .the : .possessive(one(of: Possessive.all)), nil, one(of: Noun.of(.place)), isPlural: false)
        let goal = Phrase(
            [isThere ? "to" : "from"] + place.phrase.english,
            FrenchSpelling.joined(isThere ? "à" : "de", place.phrase.french))
        return acting(verb, subject, tense, negated, asked, object: goal)
    }

    private mutating func pronounObject(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ asked: Bool) -> Said {
        let object = one(of: others(than: subject))
        let verb = one(of: Verb.of(.person, animal: subject.isAnimal))
        let (helper, english) = verb.english(subject.agreement, tense, negated: negated, asked: asked)
        let french = verb.french.words(
            subject.agreement, tense, negated: negated, pronoun: object.phrase.french[0], object: object.agreement)
        return Said(helper: helper, rest: Phrase(english + object.phrase.english, french), times: times(tense))
    }

    private mutating func nounObject(_ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ asked: Bool) -> Said {
        let animal = subject.isAnimal
        let kind: Verb.Kind = one(of: animal ? [.person, .food, .thing] : [.person, .thing, .thing, .food, .letter])
        let verb = one(of: Verb.of(kind, animal: animal))
        let kinds: [Noun.Kind] =
            switch kind {
            case .person: [.person, .kin, .animal]
            case .food: [.food]
            case .letter: [.letter]
            default: [.thing]
            }
        return acting(
            verb, subject, tense, negated, asked,
            object: object(kinds, negated: negated, isDefinite: verb.isState).phrase)
    }

    private func acting(
        _ verb: Verb, _ subject: NounPhrase, _ tense: Tense, _ negated: Bool, _ asked: Bool, object: Phrase = .nothing
    ) -> Said {
        let (helper, english) = verb.english(subject.agreement, tense, negated: negated, asked: asked)
        let french = verb.french.words(subject.agreement, tense, negated: negated)
        return Said(helper: helper, rest: Phrase(english, french) + object, times: times(tense))
    }

    private func times(_ tense: Tense) -> [Phrase] { [Self.times[tense]!] + (tense == .present ? [Self.always] : []) }

    /// The pronouns that do not mean the one who acts.
    private func others(than subject: NounPhrase) -> [(phrase: Phrase, agreement: Agreement)] {
        let person = subject.agreement.person
        return NounPhrase.objects.filter { object in
            switch (person, object.agreement.person) {
            case (.i, .i), (.i, .we), (.we, .i), (.we, .we), (.you, .you): false
            default: true
            }
        }
    }
}
