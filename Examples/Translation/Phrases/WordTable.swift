import CPhraseWords

/// The sections of `words.txt`, each line as its words.
enum WordTable {
    /// The lines of a section.
    ///
    /// - Traps: when there is no such section.
    static subscript(section: String) -> [[String]] { sections[section]! }

    private static let sections: [String: [[String]]] = {
        var length = 0
        let bytes = gradus_phrase_words(&length)
        let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
        var (sections, name): ([String: [[String]]], String) = ([:], "")
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("[") {
                name = String(line.dropFirst().dropLast())
            } else {
                sections[name, default: []].append(
                    line.split(separator: " ").map { String($0).replacing("_", with: " ") })
            }
        }
        return sections
    }()
}

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

    static func of(_ kinds: [Kind]) -> [Noun] { all.filter { kinds.contains($0.kind) } }

    private static let all = Kind.allCases.flatMap { kind in
        WordTable["noun \(kind)"].map {
            Noun(english: ($0[0], $0[1]), french: ($0[2], $0[3]), isFeminine: $0[4] == "f", kind: kind)
        }
    }
}

/// An adjective in both languages.
struct Adjective {
    let english: String
    /// How English compares it, such as `taller` or `more tired`.
    let comparative: String
    /// Whether it precedes its noun in French.
    let precedes: Bool
    private let masculine: String
    private let feminine: String
    /// The masculine before a vowel, such as `bel`.
    private let beforeVowel: String?
    /// What it can be said of.
    private let kinds: [Noun.Kind]

    /// The form that agrees with something, before the noun `next`.
    func french(_ agreement: Agreement, next: String = "") -> String {
        if !agreement.isFeminine && !agreement.isPlural && FrenchSpelling.beginsWithVowel(next), let beforeVowel {
            return beforeVowel
        }
        return FrenchSpelling.plural(agreement.isFeminine ? feminine : masculine, if: agreement.isPlural)
    }

    /// What is said of more of it, such as `plus grand`; only `bon` has a word of its own.
    func frenchComparative(_ agreement: Agreement) -> [String] {
        guard masculine == "bon" else { return ["plus", french(agreement)] }
        return [FrenchSpelling.plural(agreement.isFeminine ? "meilleure" : "meilleur", if: agreement.isPlural)]
    }

    /// The adjectives that fit nouns of a kind; nil stands for pronouns.
    static func fitting(_ kind: Noun.Kind?) -> [Adjective] { all.filter { $0.kinds.contains(kind ?? .person) } }

    /// Those that can modify a noun directly and keep their meaning: a "grand roi" is no tall king, and a "belle-mère" no
    /// beautiful mother.
    static func standing(at noun: Noun) -> [Adjective] {
        let others = noun.kind == .person ? ["tall"] : noun.kind == .kin ? ["tall", "small", "beautiful"] : []
        return fitting(noun.kind).filter { !others.contains($0.english) }
    }

    /// French uses professions like adjectives, without an article.
    static let professions = WordTable["profession"].map {
        Adjective(
            english: $0[0], comparative: "", precedes: false, masculine: $0[1], feminine: $0[2], beforeVowel: nil,
            kinds: [])
    }

    private static let letters: [Character: [Noun.Kind]] = [
        "p": [.person, .kin], "a": [.animal], "t": [.thing, .support], "f": [.food], "l": [.letter],
    ]

    private static let all = WordTable["adjective"].map {
        Adjective(
            english: $0[0], comparative: $0[1], precedes: $0[4] == "before", masculine: $0[2], feminine: $0[3],
            beforeVowel: $0.count > 6 ? $0[6] : nil, kinds: $0[5].flatMap { letters[$0]! })
    }
}
