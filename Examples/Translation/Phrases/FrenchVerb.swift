/// The forms of a French verb that the phrases need.
struct FrenchVerb {
    let infinitive: String
    /// For I, he, we, you, they.
    private let presents: [String]
    /// The masculine singular.
    private let participle: String
    private let futureStem: String
    /// Whether `être` makes its past, and the participle agrees with who acts.
    private let takesEtre: Bool
    /// What the imperfect is made of, for verbs whose past is a state.
    private let imperfectStem: String?

    /// A verb of the first group needs its infinitive only; others the five present forms, the participle and the future's
    /// stem. `+être` and `+imparfait STEM` may follow.
    init(_ description: String) {
        let parts = description.split(separator: "+").map { $0.split(separator: " ").map(String.init) }
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

    /// Whether its past is the imperfect.
    var isState: Bool { imperfectStem != nil }

    static let etre = FrenchVerb("être suis est sommes êtes sont été ser + imparfait ét")
    static let avoir = FrenchVerb("avoir ai a avons avez ont eu aur + imparfait av")

    /// The words of the verb, in the tense, with `not` and the pronouns that stand between.
    ///
    /// - Parameters:
    ///   - pronoun: what it acts on, before the verb, as `le`.
    ///   - object: what a participle agrees with when its object comes before.
    func words(
        _ agreement: Agreement, _ tense: Tense, negated: Bool, pronoun: String? = nil, object: Agreement? = nil
    ) -> [String] {
        let before = [pronoun].compactMap { $0 }
        func around(_ verb: String, _ rest: [String] = []) -> [String] {
            negated ? ["ne"] + before + [verb, "pas"] + rest : before + [verb] + rest
        }
        let person = agreement.person.rawValue
        switch tense {
        case .present: return around(presents[person])
        case .future: return around(futureStem + ["ai", "a", "ons", "ez", "ont"][person])
        case .past:
            if let imperfectStem { return around(imperfectStem + ["ais", "ait", "ions", "iez", "aient"][person]) }
            let helper = takesEtre ? Self.etre : Self.avoir
            let ending = (takesEtre ? agreement : object).map(Self.ending) ?? ""
            return around(helper.presents[person], [participle + ending])
        }
    }

    private static func ending(_ agreement: Agreement) -> String {
        (agreement.isFeminine ? "e" : "") + (agreement.isPlural ? "s" : "")
    }
}
