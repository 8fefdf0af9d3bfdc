import Foundation
import Gradus
import GradusModels
import GradusText

/// All that decides what a run computes, but the sentences: what a preset's file holds. It travels in the checkpoint.
struct Recipe: Codable, Equatable {
    /// The network: one of the two.
    struct Network: Codable, Equatable {
        var seq2seq: Seq2Seq.Options?
        var transformer: Transformer.Options?
    }

    /// How sentences become words.
    struct Text: Codable, Equatable {
        var isLowercased = true
        /// Words that are rarer become unknown.
        var minimumCount = 1
        /// The most words of a vocabulary.
        var vocabularyLimit: Int?
        /// Byte-pair merges, learned on both languages together, which then share a vocabulary; `nil` for whole words.
        var merges: Int?
        /// Pairs with more words on a side are left out.
        var maximumWords = 50
        /// Whether the source is read from its last word to its first (Sutskever et al. 2014).
        var reversesSource = false
    }

    var about = ""
    var network = Network()
    var text = Text()
    var training = Training()
    var search = Search()

    /// How translations are searched when nothing else is asked for.
    struct Search: Codable, Equatable {
        var width = 10
        var lengthPenalty: Float = 1
        var coveragePenalty: Float = 0
    }

    /// A network with new weights.
    func newModel(_ sourceVocabulary: Int, _ targetVocabulary: Int, seed: Int) -> TranslationNetwork {
        withRandomSeed(UInt64(seed)) {
            if let options = network.transformer {
                return TranslationNetwork(
                    model: Transformer(
                        options, sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary))
            }
            return TranslationNetwork(
                model: Seq2Seq(
                    network.seq2seq ?? Seq2Seq.Options(), sourceVocabulary: sourceVocabulary,
                    targetVocabulary: targetVocabulary))
        }
    }

    /// What is wrong with the recipe, for a reader; `nil` when nothing is.
    var problem: String? {
        if (network.seq2seq == nil) == (network.transformer == nil) {
            return "\"network\" needs either \"seq2seq\" or \"transformer\""
        }
        if let problem = network.seq2seq?.problem ?? network.transformer?.problem ?? training.problem { return problem }
        let sharesEmbeddings = network.seq2seq?.sharesEmbeddings ?? network.transformer?.sharesEmbeddings ?? false
        if sharesEmbeddings && text.merges == nil {
            return "\"sharesEmbeddings\" needs one vocabulary for both languages, which \"merges\" makes"
        }
        if text.minimumCount < 1 || !(1...10_000).contains(text.maximumWords) || text.merges.map({ $0 < 1 }) ?? false
            || text.vocabularyLimit.map({ $0 < 5 }) ?? false
        {
            return "\"text\": counts must be positive, a vocabulary has at least 5 words, and a sentence at most 10000"
        }
        if !(1...1000).contains(search.width) || !(0...10).contains(search.lengthPenalty)
            || !(0...10).contains(search.coveragePenalty)
        {
            return "\"search\": the width must be 1 to 1000, and the penalties 0 to 10"
        }
        return nil
    }
}

/// A translator whose kind is known only when the program runs; its parameters keep their own names.
struct TranslationNetwork: Module {
    let model: any TranslationModel

    var children: [(name: String, value: Any)] { model.children }
}
