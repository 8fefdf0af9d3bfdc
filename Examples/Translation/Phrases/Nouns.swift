/// A noun in both languages.
struct Noun {
    /// What can be said of it.
    enum Kind: String, CaseIterable { case person, kin, animal, food, thing, letter, support, place }

    let english: (singular: String, plural: String)
    let french: (singular: String, plural: String)
    let isFeminine: Bool
    let kind: Kind

    /// Whether it has a plural here; one has one mother.
    var isCountable: Bool { english.plural != "-" }

    static func of(_ kinds: Kind...) -> [Noun] { kinds.flatMap { byKind[$0] ?? [] } }

    private static let byKind = Dictionary(grouping: all, by: \.kind)

    /// English singular and plural, French singular and plural, gender. `*` marks an aspirated h.
    private static let all: [Noun] = Kind.allCases.flatMap { kind -> [Noun] in
        (tables[kind] ?? "").split(separator: "\n").map { (line: Substring) in
            let words = line.split(separator: " ").map(String.init)
            return Noun(
                english: (words[0], words[1]), french: (words[2], words[3]), isFeminine: words[4] == "f", kind: kind)
        }
    }

    private static let tables: [Kind: String] = [
        .person: """
        boy boys garçon garçons m
        girl girls fille filles f
        man men homme hommes m
        woman women femme femmes f
        king kings roi rois m
        queen queens reine reines f
        prince princes prince princes m
        princess princesses princesse princesses f
        child children enfant enfants m
        waiter waiters serveur serveurs m
        waitress waitresses serveuse serveuses f
        """,
        .kin: """
        brother brothers frère frères m
        sister sisters sœur sœurs f
        mother - mère mères f
        father - père pères m
        uncle uncles oncle oncles m
        aunt aunts tante tantes f
        """,
        .animal: """
        cat cats chat chats m
        dog dogs chien chiens m
        horse horses cheval chevaux m
        bird birds oiseau oiseaux m
        cow cows vache vaches f
        hen hens poule poules f
        goat goats chèvre chèvres f
        mouse mice souris souris f
        rabbit rabbits lapin lapins m
        hamster hamsters *hamster *hamsters m
        owl owls *hibou *hiboux m
        bee bees abeille abeilles f
        squirrel squirrels écureuil écureuils m
        """,
        .food: """
        apple apples pomme pommes f
        pear pears poire poires f
        cake cakes gâteau gâteaux m
        egg eggs œuf œufs m
        orange oranges orange oranges f
        carrot carrots carotte carottes f
        strawberry strawberries fraise fraises f
        sandwich sandwiches sandwich sandwichs m
        pineapple pineapples ananas ananas m
        """,
        .thing: """
        book books livre livres m
        newspaper newspapers journal journaux m
        key keys clé clés f
        bag bags sac sacs m
        coat coats manteau manteaux m
        dress dresses robe robes f
        shirt shirts chemise chemises f
        hat hats chapeau chapeaux m
        umbrella umbrellas parapluie parapluies m
        bicycle bicycles vélo vélos m
        flower flowers fleur fleurs f
        watch watches montre montres f
        knife knives couteau couteaux m
        clock clocks horloge horloges f
        tool tools outil outils m
        lamp lamps lampe lampes f
        """,
        .letter: """
        letter letters lettre lettres f
        poem poems poème poèmes m
        story stories histoire histoires f
        """,
        .support: """
        table tables table tables f
        chair chairs chaise chaises f
        bed beds lit lits m
        bench benches banc bancs m
        boat boats bateau bateaux m
        car cars voiture voitures f
        """,
        .place: """
        market markets marché marchés m
        school schools école écoles f
        hospital hospitals hôpital hôpitaux m
        hotel hotels hôtel hôtels m
        station stations gare gares f
        church churches église églises f
        museum museums musée musées m
        park parks parc parcs m
        library libraries bibliothèque bibliothèques f
        bakery bakeries boulangerie boulangeries f
        garden gardens jardin jardins m
        castle castles château châteaux m
        village villages village villages m
        house houses maison maisons f
        airport airports aéroport aéroports m
        """,
    ]
}

/// A profession; French says it without an article.
struct Profession {
    let english: String
    let masculine: String
    let feminine: String

    func french(_ agreement: Agreement) -> String {
        let singular = agreement.isFeminine ? feminine : masculine
        return agreement.isPlural ? FrenchSpelling.plural(singular) : singular
    }

    static let all = """
        student étudiant étudiante
        lawyer avocat avocate
        nurse infirmier infirmière
        baker boulanger boulangère
        singer chanteur chanteuse
        musician musicien musicienne
        dancer danseur danseuse
        journalist journaliste journaliste
        dentist dentiste dentiste
        pilot pilote pilote
        artist artiste artiste
        cook cuisinier cuisinière
        """.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Profession(english: words[0], masculine: words[1], feminine: words[2])
        }
}
