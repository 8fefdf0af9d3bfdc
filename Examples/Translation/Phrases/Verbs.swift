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

    static func of(_ kind: Kind, animal: Bool) -> [Verb] {
        (byKind[kind] ?? []).filter { $0.isAnimal || !animal }
    }

    /// Both languages with `not`; in questions English begins with the first word of `english`, before who acts.
    func english(_ agreement: Agreement, _ tense: Tense, negated: Bool, asked: Bool) -> (
        helper: String?, words: [String]
    ) {
        let isThird = agreement.person == .he
        let negation = negated ? ["not"] : []
        switch tense {
        case .future: return ("will", negation + [base])
        case .present where negated || asked: return (isThird ? "does" : "do", negation + [base])
        case .past where negated || asked: return ("did", negation + [base])
        case .present: return (nil, [isThird ? third : base])
        case .past: return (nil, [past])
        }
    }

    private static let byKind = Dictionary(grouping: all, by: \.kind)

    /// English base, third person and past; `=`; French; with `*` in front what animals do too.
    private static let all: [Verb] = Kind.allCases.flatMap { kind -> [Verb] in
        (tables[kind] ?? "").split(separator: "\n").map { (line: Substring) in
            let sides = line.drop(while: { $0 == "*" }).split(separator: "=")
            let words = sides[0].split(separator: " ").map { String($0).replacing("_", with: " ") }
            return Verb(
                base: words[0], third: words[1], past: words[2], french: FrenchVerb(String(sides[1])), kind: kind,
                isAnimal: line.hasPrefix("*"))
        }
    }

    private static let tables: [Kind: String] = [
        .alone: """
        *sleep sleeps slept = dormir dors dort dormons dormez dorment dormi dormir
        work works worked = travailler
        sing sings sang = chanter
        dance dances danced = danser
        *run runs ran = courir cours court courons courez courent couru courr
        *swim swims swam = nager
        *arrive arrives arrived = arriver + être
        *leave leaves left = partir pars part partons partez partent parti partir + être
        *fall falls fell = tomber + être
        """,
        .person: """
        *see sees saw = voir vois voit voyons voyez voient vu verr
        help helps helped = aider
        invite invites invited = inviter
        *look_for looks_for looked_for = chercher
        wait_for waits_for waited_for = attendre attends attend attendons attendez attendent attendu attendr
        *find finds found = trouver
        love loves loved = aimer + imparfait aim
        know knows knew = connaître connais connaît connaissons connaissez connaissent connu connaîtr + imparfait connaiss
        *watch watches watched = regarder
        """,
        .thing: """
        buy buys bought = acheter achète achète achetons achetez achètent acheté achèter
        sell sells sold = vendre vends vend vendons vendez vendent vendu vendr
        take takes took = prendre prends prend prenons prenez prennent pris prendr
        wash washes washed = laver
        *see sees saw = voir vois voit voyons voyez voient vu verr
        have has had = avoir ai a avons avez ont eu aur + imparfait av
        """,
        .food: """
        *eat eats ate = manger
        buy buys bought = acheter achète achète achetons achetez achètent acheté achèter
        *want wants wanted = vouloir veux veut voulons voulez veulent voulu voudr + imparfait voul
        """,
        .letter: """
        write writes wrote = écrire écris écrit écrivons écrivez écrivent écrit écrir
        find finds found = trouver
        """,
        .to: """
        go goes went = aller vais va allons allez vont allé ir + être
        """,
        .from: """
        *come_back comes_back came_back = revenir reviens revient revenons revenez reviennent revenu reviendr + être
        """,
    ]
}

extension Verb {
    /// Whether it says what is so for a while; then `a` and `some` do not fit what it acts on.
    var isState: Bool { kind == .person && french.isState }
}

/// A verb that another one follows.
struct Modal {
    let base: String
    let third: String
    /// What negates it, without `do`.
    let negative: String?
    let french: FrenchVerb

    /// English, as in ``Verb/english(_:_:negated:asked:)``.
    func english(_ agreement: Agreement, negated: Bool, asked: Bool) -> (helper: String?, words: [String]) {
        if let negative { return (negated ? negative : base, []) }
        let isThird = agreement.person == .he
        guard negated || asked else { return (nil, [isThird ? third : base]) }
        return (isThird ? "does" : "do", (negated ? ["not"] : []) + [base])
    }

    static let all = [
        Modal(
            base: "can", third: "can", negative: "cannot",
            french: FrenchVerb("pouvoir peux peut pouvons pouvez peuvent pu pourr")),
        Modal(
            base: "must", third: "must", negative: "must not",
            french: FrenchVerb("devoir dois doit devons devez doivent dû devr")),
        Modal(
            base: "want to", third: "wants to", negative: nil,
            french: FrenchVerb("vouloir veux veut voulons voulez veulent voulu voudr")),
    ]
}
