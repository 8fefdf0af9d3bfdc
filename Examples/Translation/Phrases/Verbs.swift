/// A verb in both languages.
struct Verb {
    /// What it may take behind it.
    enum Kind: String, CaseIterable { case alone, person, thing, food, letter, to, from }

    let base: String
    let third: String
    let past: String
    let french: FrenchVerb
    let kind: Kind
    /// Whether animals do it too.
    let isAnimal: Bool

    /// Whether it says what is so for a while; then `a` and `some` do not fit its object.
    var isState: Bool { kind == .person && french.isState }

    static func of(_ kind: Kind, animal: Bool) -> [Verb] { all.filter { $0.kind == kind && ($0.isAnimal || !animal) } }

    /// The word that begins a question, and the others.
    func english(_ clause: Clause) -> (helper: String?, words: [String]) {
        let isThird = clause.agreement.person == .he
        let negation = clause.negated ? ["not"] : []
        switch clause.tense {
        case .future: return ("will", negation + [base])
        case .present where clause.negated || clause.asked: return (isThird ? "does" : "do", negation + [base])
        case .past where clause.negated || clause.asked: return ("did", negation + [base])
        case .present: return (nil, [isThird ? third : base])
        case .past: return (nil, [past])
        }
    }

    private static let all = Kind.allCases.flatMap { kind in
        WordTable["verb \(kind)"].map { line in
            Verb(
                base: line[0].replacing("*", with: ""), third: line[1], past: line[2], french: FrenchVerb(line[4...]),
                kind: kind, isAnimal: line[0].hasPrefix("*"))
        }
    }
}

/// A verb that another one follows.
struct Modal {
    let verb: Verb
    /// What negates it, without `do`.
    let negative: String?

    /// English, as in ``Verb/english(_:)``; the tense is the present.
    func english(_ clause: Clause) -> (helper: String?, words: [String]) {
        if let negative { return (clause.negated ? negative : verb.base, []) }
        var present = clause
        present.tense = .present
        return verb.english(present)
    }

    static let all = WordTable["modal"].map {
        Modal(
            verb: Verb(base: $0[0], third: $0[1], past: "", french: FrenchVerb($0[4...]), kind: .alone, isAnimal: true),
            negative: $0[2] == "-" ? nil : $0[2])
    }
}

/// The forms of a French verb that the phrases need.
struct FrenchVerb {
    let infinitive: String
    /// For I, he, we, you, they.
    private let presents: [String]
    /// The masculine singular.
    private let participle: String
    private let futureStem: String
    /// Whether `être` makes its past, and the participle agrees with the subject.
    private let takesEtre: Bool
    /// What the imperfect is made of, for verbs whose past is a state.
    private let imperfectStem: String?

    /// A verb as `words.txt` describes it.
    init(_ description: ArraySlice<String>) {
        let parts = description.split(separator: "+").map(Array.init)
        let words = parts[0]
        infinitive = words[0]
        takesEtre = parts.contains(["être"])
        imperfectStem = parts.first { $0[0] == "imparfait" }?[1]
        if words.count == 8 {
            (presents, participle, futureStem) = (Array(words[1...5]), words[6], words[7])
        } else {
            let stem = String(words[0].dropLast(2))
            let nous = stem.hasSuffix("g") ? "eons" : "ons"
            presents = ["e", "e", nous, "ez", "ent"].map { stem + $0 }
            (participle, futureStem) = (stem + "é", words[0])
        }
    }

    private init(_ description: String) { self.init(description.split(separator: " ").map(String.init)[...]) }

    static let etre = FrenchVerb("être suis est sommes êtes sont été ser + imparfait ét")
    static let avoir = FrenchVerb("avoir ai a avons avez ont eu aur + imparfait av")

    /// Whether its past is the imperfect.
    var isState: Bool { imperfectStem != nil }

    /// The words of the verb, in the tense, with `not` and the pronoun before it, and what a participle then agrees with.
    func words(
        _ agreement: Agreement, _ tense: Tense = .present, negated: Bool = false, pronoun: String? = nil,
        object: Agreement? = nil
    ) -> [String] {
        let before = [pronoun].compactMap { $0 }
        func around(_ verb: String, _ rest: [String] = []) -> [String] {
            negated ? ["ne"] + before + [verb, "pas"] + rest : before + [verb] + rest
        }
        let person = agreement.person.index
        switch tense {
        case .present: return around(presents[person])
        case .future: return around(futureStem + ["ai", "a", "ons", "ez", "ont"][person])
        case .past:
            if let imperfectStem { return around(imperfectStem + ["ais", "ait", "ions", "iez", "aient"][person]) }
            let helper = takesEtre ? Self.etre : Self.avoir
            let ending = (takesEtre ? agreement : object).map { ($0.isFeminine ? "e" : "") + ($0.isPlural ? "s" : "") }
            return around(helper.presents[person], [participle + (ending ?? "")])
        }
    }
}
