/// Who does something, when, and whether it is denied or asked.
struct Clause {
    let subject: NounPhrase
    var tense: Tense
    var negated = false
    var asked = false

    var agreement: Agreement { subject.agreement }
}

/// What a clause says about its subject.
struct Predicate {
    /// The English word that comes before the subject in a question.
    let helper: String?
    let rest: Phrase
    /// What may say when.
    var times: [Phrase] = []
}

extension PhraseGrammar {
    /// A clause about `subject`; a question when it is asked.
    mutating func clause(_ subject: NounPhrase, asked: Bool = false) -> Phrase {
        let tense = one(of: Tense.allCases)
        let clause = Clause(subject: subject, tense: tense, negated: !asked && happens(25), asked: asked)
        let predicate: Predicate =
            switch draw(100) {
            case 0..<10 where !subject.isAnimal: profession(clause)
            case 0..<24: quality(clause)
            case 24..<31: being(clause, place())
            case 31..<41: modal(clause)
            case 41..<58: acting(clause, one(of: Verb.of(.alone, animal: subject.isAnimal)))
            case 58..<66: motion(clause)
            case 66..<76: pronounObject(clause)
            default: nounObject(clause)
            }
        let time = !predicate.times.isEmpty && happens(20) ? one(of: predicate.times) : .nothing
        // In a question, English puts the helping verb first, French "est-ce que".
        let helper = Phrase(predicate.helper.map { [$0] } ?? [], asked ? ["est-ce", "que"] : [])
        return (asked ? helper + subject.phrase : subject.phrase + helper) + predicate.rest + time
    }

    private func times(_ tense: Tense) -> [Phrase] { WordTable["time \(tense)"].map { Phrase($0[0], $0[1]) } }

    /// `is not`, as one piece.
    func be(_ clause: Clause) -> Phrase {
        let helper =
            switch (clause.tense, clause.agreement.person) {
            case (.future, _): "will"
            case (.present, .i): "am"
            case (.present, .he): "is"
            case (.present, _): "are"
            case (.past, .i), (.past, .he): "was"
            case (.past, _): "were"
            }
        return Phrase(
            [helper] + (clause.negated ? ["not"] : []) + (clause.tense == .future ? ["be"] : []),
            FrenchVerb.etre.words(clause.agreement, clause.tense, negated: clause.negated))
    }

    private func being(_ clause: Clause, _ rest: Phrase, isLasting: Bool = false) -> Predicate {
        let verb = be(clause)
        return Predicate(
            helper: verb.english[0], rest: Phrase(Array(verb.english.dropFirst()), verb.french) + rest,
            times: isLasting ? [] : [times(clause.tense)[0]])
    }

    private mutating func profession(_ clause: Clause) -> Predicate {
        let profession = one(of: Adjective.professions)
        let english =
            clause.agreement.isPlural
            ? [profession.english + "s"]
            : [Determiner.a.english(clause.agreement, next: profession.english), profession.english]
        return being(clause, Phrase(english, [profession.french(clause.agreement)]), isLasting: true)
    }

    private mutating func quality(_ clause: Clause) -> Predicate {
        let adjective = one(of: Adjective.fitting(clause.subject.kind))
        let very = !clause.negated && happens(25) ? Phrase("very", "très") : .nothing
        return being(clause, very + Phrase([adjective.english], [adjective.french(clause.agreement)]))
    }

    private mutating func modal(_ clause: Clause) -> Predicate {
        let modal = one(of: Modal.all)
        let verb = one(of: Verb.of(happens(50) ? .alone : .person, animal: clause.subject.isAnimal))
        var (object, clitic): (Phrase, [String]) = (.nothing, [])
        if verb.kind == .person && happens(50) {
            let chosen = one(of: others(than: clause)).phrase
            (object, clitic) = (Phrase(chosen.english, []), chosen.french)
        } else if verb.kind == .person {
            object = self.object([.person, .animal], negated: clause.negated, isDefinite: verb.isState).phrase
        }
        let french = modal.verb.french.words(clause.agreement, negated: clause.negated)
        let (helper, english) = modal.english(clause)
        let action = Phrase([verb.base] + object.english, clitic + [verb.french.infinitive] + object.french)
        return Predicate(helper: helper, rest: Phrase(english, french) + action)
    }

    private mutating func motion(_ clause: Clause) -> Predicate {
        let isThere = happens(60) && !clause.subject.isAnimal
        let verb = one(of: Verb.of(isThere ? .to : .from, animal: clause.subject.isAnimal))
        let place = NounPhrase(
            happens(80) ? .the : one(of: Determiner.possessives), nil, one(of: Noun.of([.place])), isPlural: false)
        let goal = Phrase(
            [isThere ? "to" : "from"] + place.phrase.english,
            FrenchSpelling.joined(isThere ? "à" : "de", place.phrase.french))
        return acting(clause, verb, object: goal)
    }

    private mutating func pronounObject(_ clause: Clause) -> Predicate {
        let object = one(of: others(than: clause))
        let verb = one(of: Verb.of(.person, animal: clause.subject.isAnimal))
        return acting(clause, verb, object: Phrase(object.phrase.english, []), pronoun: object)
    }

    private mutating func nounObject(_ clause: Clause) -> Predicate {
        let animal = clause.subject.isAnimal
        let kind: Verb.Kind = one(of: animal ? [.person, .food, .thing] : [.person, .thing, .thing, .food, .letter])
        let verb = one(of: Verb.of(kind, animal: animal))
        let kinds: [Verb.Kind: [Noun.Kind]] = [
            .person: [.person, .kin, .animal], .food: [.food], .letter: [.letter], .thing: [.thing],
        ]
        let object = object(kinds[kind]!, negated: clause.negated, isDefinite: verb.isState)
        return acting(clause, verb, object: object.phrase)
    }

    private func acting(
        _ clause: Clause, _ verb: Verb, object: Phrase = .nothing, pronoun: NounPhrase? = nil
    ) -> Predicate {
        let (helper, english) = verb.english(clause)
        let french = verb.french.words(
            clause.agreement, clause.tense, negated: clause.negated, pronoun: pronoun?.phrase.french[0],
            object: pronoun?.agreement)
        return Predicate(helper: helper, rest: Phrase(english, french) + object, times: times(clause.tense))
    }

    /// The pronouns that do not mean the subject.
    private func others(than clause: Clause) -> [NounPhrase] {
        NounPhrase.objects.filter { object in
            switch (clause.agreement.person, object.agreement.person) {
            case (.i, .i), (.i, .we), (.we, .i), (.we, .we), (.you, .you): false
            default: true
            }
        }
    }
}
