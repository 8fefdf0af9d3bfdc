import Foundation
import GradusText
import Testing

@Suite struct TokenizerTests {
    @Test(arguments: [
        ("Two young, White males.", ["two", "young", ",", "white", "males", "."]),
        ("don't T-shirt 3_x", ["don", "'", "t", "t", "-", "shirt", "3_x"]),
        ("Straße é\u{301}a  \t(ÉTÉ)", ["straße", "é\u{301}a", "(", "été", ")"]),
        ("我爱 NLP。", ["我", "爱", "nlp", "。"]), ("👩‍👩‍👧 ok", ["👩‍👩‍👧", "ok"]), ("   ", []), ("", []),
    ])
    func wordsAndMarksAreTokens(_ text: String, _ tokens: [String]) {
        #expect(Tokenizer().tokens(of: text) == tokens)
    }

    @Test func lettersStayAsTheyAreIfAsked() {
        #expect(Tokenizer(lowercased: false).tokens(of: "Ab É") == ["Ab", "É"])
    }

    /// The two ways through a sentence, for ASCII and for all else, agree.
    @Test func asciiIsCutLikeOtherText() {
        let text = "a_b, C-3 (x)!\t\u{b}\u{1f}z\r\n \"q\" ~end"
        let withOther = Tokenizer().tokens(of: text + " é")
        #expect(Tokenizer().tokens(of: text) + ["é"] == withOther)
    }

    @Test(arguments: [
        "two men, and a dog (brown) sit.", "l'étudiant n'est pas là ?", "a t-shirt; \"so\" he said", "我爱你。", "¿qué?",
    ])
    func sentencesAreJoinedAsTheyWereWritten(_ text: String) {
        let joined = Tokenizer().text(of: Tokenizer().tokens(of: text))
        #expect(joined == text.replacing(" ?", with: "?"))
    }

    @Test(.enabled(if: Shared.multi30k != nil, "no multi30k in $GRADUS_DATA"))
    func multi30kHasTheWordsThatItsRecipeCounts() throws {
        let text = try ParallelText(prefix: "\(Shared.multi30k!)/train", from: "en", to: "de")
        let pairs = TokenPairs(text, tokens: Tokenizer().tokens)
        #expect(pairs.count == 29_000)
        #expect(Vocabulary(translating: pairs.source, minimumCount: 2).count == 5898)
        #expect(Vocabulary(translating: pairs.target, minimumCount: 2).count == 7882)
    }
}

enum Shared {
    /// The folder of Multi30k, if the machine has it.
    static let multi30k: String? = {
        let folder = (ProcessInfo.processInfo.environment["GRADUS_DATA"] ?? "") + "/multi30k"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()
}
