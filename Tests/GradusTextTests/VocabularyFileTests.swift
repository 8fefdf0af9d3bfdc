import Foundation
import Gradus
import GradusData
import GradusText
import Testing

@Suite struct VocabularyFileTests {
    @Test func theRarestWordsAreUnknown() {
        let vocabulary = Vocabulary(translating: [["b", "a", "b"], ["a", "c", "<s>"]], minimumCount: 2)
        #expect(vocabulary.tokens == ["<pad>", "<unk>", "<s>", "</s>", "a", "b"])
        #expect(vocabulary.sentence(["b", "c", "a"]) == [5, 1, 4])
        #expect(vocabulary.words(of: [4, 1]) == ["a", "<unk>"])
        #expect(Vocabulary(translating: [["x", "y", "y"]], limit: 5).tokens.last == "y")
    }

    @Test func filesAreThoseOfNMT() throws {
        try withFolder { folder in
            let path = "\(folder)/vocab.en"
            let vocabulary = Vocabulary(translating: [["the", "a", "the"]])
            try VocabularyFile.write(vocabulary, to: path)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "<unk>\n<s>\n</s>\nthe\na\n")
            let read = try VocabularyFile(path)
            #expect(read.vocabulary == vocabulary)
            #expect(read.warning == nil)
        }
    }

    @Test func missingSpecialWordsAreAddedAndNamed() throws {
        try withFolder { folder in
            try write("the\na\n<unk>\n", "\(folder)/v.en")
            let read = try VocabularyFile("\(folder)/v.en")
            #expect(read.vocabulary.tokens == ["<pad>", "<unk>", "<s>", "</s>", "the", "a"])
            #expect(
                read.warning?.hasSuffix(
                    "v.en:1: begins with \"the\", expected the lines <unk>, <s>, </s>; they were added") == true)
        }
    }

    @Test(arguments: [
        ("<unk>\n<s>\n</s>\na\nb\na\n", "v.en:6: repeats \"a\" of line 4"),
        ("<unk>\n<s>\n</s>\n\nb\n", "v.en:4: an empty line"),
        ("<unk>\n<s>\n</s>\na b\n", "v.en:4: a blank in \"a b\""), ("", "v.en: is empty"),
    ])
    func otherFaultsAreNamedWithTheirLine(_ text: String, _ message: String) throws {
        try withFolder { folder in
            try write(text, "\(folder)/v.en")
            let error = #expect(throws: FileError.self) { try VocabularyFile("\(folder)/v.en") }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }
}
