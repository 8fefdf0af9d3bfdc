import Foundation
import Gradus
import GradusText
import Testing

/// Words that follow from a sentence's number and the last two words alone, with probabilities drawn once; it looks at the
/// source position that the last word and the step name.
private struct TableDecoder: SequenceDecoder {
    struct State {
        var sentences: [Int]
        var words: [[Int32]]
    }

    let vocabulary: Int
    let sourceLength: Int
    /// Makes ends likelier.
    var endBonus: Float = 0

    func begin(_ sentences: [Int]) -> State { State(sentences: sentences, words: sentences.map { _ in [] }) }

    /// The logarithms of the probabilities after some words of a sentence.
    func logProbabilities(_ sentence: Int, _ words: [Int32]) -> [Float] {
        let seed = words.suffix(2).reduce(UInt64(sentence + 1)) { $0 &* 31 &+ UInt64($1) }
        var random = RandomWords(RandomGenerator(seed: seed))
        var scores = (0..<vocabulary).map { _ in Float.random(in: 0..<3, using: &random) }
        scores[Int(SpecialToken.end)] += endBonus
        let total = log(scores.reduce(0) { $0 + exp($1) })
        return scores.map { $0 - total }
    }

    func look(_ words: [Int32]) -> [Float] {
        (0..<sourceLength).map {
            $0 == (Int(words.last ?? 0) + words.count) % sourceLength ? 0.75 : 0.25 / Float(sourceLength)
        }
    }

    func step(_ words: Tensor<Int32>, _ state: State) -> (
        logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State
    ) {
        var next = state
        for (row, word) in words.scalars.enumerated() where word != SpecialToken.start { next.words[row].append(word) }
        let rows = zip(next.sentences, next.words).map { logProbabilities($0, $1) }
        return (Tensor(rows), Tensor(next.words.map(look)), next)
    }

    func select(_ rows: Tensor<Int32>, of state: State) -> State {
        let positions = rows.scalars.map { Int($0) }
        return State(sentences: positions.map { state.sentences[$0] }, words: positions.map { state.words[$0] })
    }

    /// All translations of a sentence of at most so many words, each with its probability.
    func all(_ sentence: Int, _ length: Int) -> [(words: [Int32], logProbability: Float)] {
        var open: [([Int32], Float)] = [([], 0)]
        var found: [([Int32], Float)] = []
        for step in 0..<length {
            var next: [([Int32], Float)] = []
            for (words, sum) in open {
                for (word, p) in logProbabilities(sentence, words).enumerated() {
                    switch Int32(word) {
                    case SpecialToken.padding, SpecialToken.start: continue
                    case SpecialToken.end: found.append((words, sum + p))
                    default: if step < length - 1 { next.append((words + [Int32(word)], sum + p)) }
                    }
                }
            }
            open = next
        }
        return found
    }
}

@Suite struct SearchTests {
    private let decoder = TableDecoder(vocabulary: 7, sourceLength: 3, endBonus: 0.5)
    private let lengths = [3, 3, 2, 3, 1]

    @Test func greedyTakesTheLikeliestWordAtEveryStep() {
        let found = greedySearch(decoder, from: decoder.begin([0, 1, 2, 3, 4]), sourceLengths: lengths)
        for (sentence, hypothesis) in found.enumerated() {
            var (words, sum): ([Int32], Float) = ([], 0)
            while words.count < 2 * lengths[sentence] + 5 {
                let values = decoder.logProbabilities(sentence, words)
                let best = values.indices.filter { $0 != 0 && $0 != 2 }.max { values[$0] < values[$1] }!
                sum += values[best]
                if best == 3 { break }
                words.append(Int32(best))
            }
            #expect(hypothesis.tokens == words)
            #expect(abs(hypothesis.logProbability - sum) < 1e-5)
        }
        #expect(found.contains { $0.isFinished })
    }

    @Test func aBeamOfOneIsGreedy() {
        let greedy = greedySearch(decoder, from: decoder.begin([0, 1, 2, 3, 4]), sourceLengths: lengths)
        let beams = beamSearch(
            decoder, from: decoder.begin([0, 1, 2, 3, 4]), sourceLengths: lengths, SearchOptions(width: 1))
        #expect(beams.map { $0[0] } == greedy)
    }

    /// A beam that is wide enough keeps everything, so it must find what trying all finds.
    @Test(arguments: [0, 0.6, 1] as [Float])
    func aWideBeamFindsTheBestOfAll(_ lengthPenalty: Float) {
        let options = SearchOptions(width: 700, lengthPenalty: lengthPenalty, maximumLength: 4)
        let found = beamSearch(decoder, from: decoder.begin([0, 1, 2]), sourceLengths: [3, 3, 3], options)
        for sentence in 0..<3 {
            let expected = decoder.all(sentence, 4)
                .map { ($0.words, $0.logProbability / pow(Float(5 + $0.words.count + 1) / 6, lengthPenalty)) }
                .sorted { $0.1 > $1.1 }
            for (hypothesis, (words, score)) in zip(found[sentence].prefix(20), expected) {
                #expect(hypothesis.tokens == words)
                #expect(abs(hypothesis.score - score) < 1e-5)
            }
        }
    }

    /// The search may stop early only when nothing better can follow: a search that may not stop finds the same.
    @Test func stoppingEarlyLosesNothing() {
        for sentence in 0..<40 {
            let options = SearchOptions(width: 4, lengthPenalty: 0.8, maximumLength: 12)
            let found = beamSearch(decoder, from: decoder.begin([sentence]), sourceLengths: [3], options)[0]
            #expect(found.filter(\.isFinished) == unstoppedSearch(sentence, options))
        }
    }

    /// A plain beam search over one sentence that goes on to the greatest length.
    private func unstoppedSearch(_ sentence: Int, _ options: SearchOptions) -> [Hypothesis] {
        var live: [([Int32], Float)] = [([], 0)]
        var ended: [Hypothesis] = []
        for _ in 0..<options.maximumLength! {
            let grown = live.flatMap { words, sum in
                decoder.logProbabilities(sentence, words).enumerated()
                    .filter { $0.offset != 0 && $0.offset != 2 }.map { (words, Int32($0.offset), sum + $0.element) }
            }.sorted { $0.2 > $1.2 }
            live = []
            for (rank, (words, word, sum)) in grown.enumerated() where live.count < options.width {
                if word != SpecialToken.end {
                    live.append((words + [word], sum))
                } else if rank < options.width {
                    let score = sum / pow(Float(5 + words.count + 1) / 6, options.lengthPenalty)
                    let looks = (0...words.count).map { decoder.look(Array(words.prefix($0))) }
                    ended.append(
                        Hypothesis(
                            tokens: words, logProbability: sum, score: score, alignments: looks, isFinished: true)
                    )
                }
            }
        }
        return Array(ended.sorted { $0.score > $1.score }.prefix(options.width))
    }

    @Test func sentencesTogetherAreTranslatedAsAlone() {
        let options = SearchOptions(width: 5, lengthPenalty: 1)
        let together = beamSearch(decoder, from: decoder.begin([0, 1, 2, 3, 4]), sourceLengths: lengths, options)
        for (sentence, length) in lengths.enumerated() {
            let alone = beamSearch(decoder, from: decoder.begin([sentence]), sourceLengths: [length], options)
            #expect(alone[0] == together[sentence])
            for isFinished in [true, false] {
                let scores = alone[0].filter { $0.isFinished == isFinished }.map(\.score)
                #expect(scores == scores.sorted(by: >))
            }
            #expect(Set(alone[0].map(\.tokens)).count == alone[0].count)
        }
    }

    @Test func alignmentsAreThoseOfTheChosenPath() {
        let found = beamSearch(
            decoder, from: decoder.begin([0, 1, 2, 3, 4]), sourceLengths: lengths, SearchOptions(width: 6))
        for (sentence, hypotheses) in found.enumerated() {
            for hypothesis in hypotheses {
                let rows = (0..<(hypothesis.tokens.count + (hypothesis.isFinished ? 1 : 0))).map {
                    Array(decoder.look(Array(hypothesis.tokens.prefix($0))).prefix(lengths[sentence]))
                }
                #expect(hypothesis.alignments == rows)
                #expect(
                    hypothesis.alignedPositions
                        == rows.prefix(hypothesis.tokens.count).map { row in row.indices.max { row[$0] < row[$1] }! })
            }
        }
    }

    @Test func coverageAddsItsTerm() {
        let plain = beamSearch(decoder, from: decoder.begin([1]), sourceLengths: [3], SearchOptions(width: 8))[0]
        let covered = beamSearch(
            decoder, from: decoder.begin([1]), sourceLengths: [3], SearchOptions(width: 8, coveragePenalty: 0.7))[0]
        for hypothesis in covered where hypothesis.isFinished {
            let sums = (0..<3).map { position in hypothesis.alignments!.reduce(0) { $0 + $1[position] } }
            let term = 0.7 * sums.reduce(0) { $0 + log(min(1, $1)) }
            #expect(abs(hypothesis.score - hypothesis.logProbability - term) < 1e-4)
        }
        #expect(plain.map(\.tokens) != covered.map(\.tokens))
    }

    @Test func theGreatestLengthCutsAndIsSaid() {
        let endless = TableDecoder(vocabulary: 7, sourceLength: 3, endBonus: -50)
        let options = SearchOptions(width: 3, maximumLength: 6)
        let beams = beamSearch(endless, from: endless.begin([0]), sourceLengths: [3], options)[0]
        #expect(beams.count == 3 && beams.allSatisfy { $0.tokens.count == 6 && !$0.isFinished })
        let greedy = greedySearch(endless, from: endless.begin([0]), sourceLengths: [3], options)[0]
        #expect(greedy.tokens.count == 6 && !greedy.isFinished && greedy.alignments?.count == 6)
    }

    @Test func theTreeHoldsEveryBeginning() {
        let recorder = BeamRecorder()
        let found = beamSearch(
            decoder, from: decoder.begin([0, 1]), sourceLengths: [3, 3], SearchOptions(width: 4), recorder: recorder)
        for (tree, hypotheses) in zip(recorder.trees, found) {
            #expect(tree.nodes.indices.allSatisfy { tree.nodes[$0].parent ?? -1 < $0 })
            for (end, hypothesis) in zip(tree.ends, hypotheses) {
                let words = tree.path(to: end).map { tree.nodes[$0].token }
                #expect(words == hypothesis.tokens + (hypothesis.isFinished ? [SpecialToken.end] : []))
                #expect(tree.nodes[end].logProbability == hypothesis.logProbability)
            }
            #expect(tree.nodes.count > hypotheses.count)
        }
    }

    @Test func unknownWordsAreReplacedByWhatWasLookedAt() {
        let vocabulary = Vocabulary(translating: [["bonjour"]])
        let hypothesis = Hypothesis(
            tokens: [4, 1], logProbability: 0, score: 0, alignments: [[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]],
            isFinished: true)
        #expect(hypothesis.text(vocabulary) == ["bonjour", "<unk>"])
        #expect(hypothesis.text(vocabulary, replacingUnknownFrom: ["hello", "Ann"]) == ["bonjour", "Ann"])
    }
}

/// A Markov chain without a source: the next token depends on the last one alone; 0 ends a sequence.
private struct ChainDecoder: SequenceDecoder {
    struct State {}

    /// The probabilities of the next token, a row for each token.
    let next: [[Float]] = [
        [1, 0, 0, 0], [0.05, 0.5, 0.4, 0.05], [0.1, 0.1, 0.1, 0.7], [0.9, 0.04, 0.03, 0.03],
    ]

    func step(_ tokens: Tensor<Int32>, _ state: State) -> (
        logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State
    ) {
        (Tensor(tokens.scalars.map { next[Int($0)].map { log($0) } }), nil, state)
    }

    func select(_ rows: Tensor<Int32>, of state: State) -> State { state }
}

/// On a source small enough to try every sequence.
@Suite struct PlainBeamSearchTests {
    private let decoder = ChainDecoder()

    private func search(
        width: Int, length: Int, penalty: Float = 0, excluding excluded: [Int32] = []
    ) -> [Hypothesis] {
        var options = SearchOptions(width: width, lengthPenalty: penalty, maximumLength: length)
        (options.start, options.end, options.excluded) = (1, 0, excluded)
        return beamSearch(decoder, from: ChainDecoder.State(), sourceLengths: [0], options)[0]
    }

    /// Every sequence of at most `length` tokens, by its probability.
    private func all(_ length: Int) -> [(tokens: [Int32], logProbability: Float)] {
        var found: [(tokens: [Int32], logProbability: Float)] = []
        var open: [(tokens: [Int32], logProbability: Float)] = [([], 0)]
        for _ in 0..<length {
            open = open.flatMap { beam in
                (0..<4).map {
                    (beam.tokens + [Int32($0)], beam.logProbability + log(decoder.next[Int(beam.tokens.last ?? 1)][$0]))
                }
            }
            found += open.filter { $0.tokens.last == 0 }
            open = open.filter { $0.tokens.last != 0 }
        }
        return (found + open).sorted { $0.logProbability > $1.logProbability }
    }

    @Test func aWideSearchFindsTheBestOfAll() {
        let best = all(4)[0]
        let found = search(width: 64, length: 4)
        #expect(found[0].tokens + [0] == best.tokens && abs(found[0].logProbability - best.logProbability) < 1e-5)
        #expect(found[0].tokens == [2, 3] && found[0].isFinished)
        for beam in found { #expect(beam.isFinished || beam.tokens.count == 4) }
    }

    @Test func excludedTokensAreInNoSequence() {
        #expect(search(width: 64, length: 4).contains { $0.tokens.contains(2) })
        let found = search(width: 64, length: 4, excluding: [2])
        #expect(!found.isEmpty && !found.contains { $0.tokens.contains(2) })
        #expect(search(width: 1, length: 3, excluding: [1])[0].tokens == [2, 3])
    }

    @Test func aWidthOfOneTakesTheLikeliestEachTime() {
        #expect(search(width: 1, length: 3)[0].tokens == [1, 1, 1])
    }

    @Test func aLengthPenaltyPrefersLongerSequences() {
        let lengths = [Float(0), 4].map { search(width: 64, length: 6, penalty: $0)[0].tokens.count }
        #expect(lengths[0] == 2 && lengths[1] > 2)
    }
}
