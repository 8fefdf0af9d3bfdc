import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining
import GradusVision

/// Draws where a trained translator attends, how its beam grows, and how well it does by sentence length.
struct Attention: Command {
    static let name = "attention"
    static let summary =
        "draws which source words a trained translator attends to while it writes, and every partial "
        + "translation that its beam kept; with a second network, BLEU against sentence length for both."
    static let examples = [
        CommandExample("attention", "three sentences that were not learned from"),
        CommandExample("attention --text \"she did not see the old bird\"", "a sentence of yours"),
        CommandExample(
            "attention --against out/plain/model.safetensors --names \"with attention\" \"without\"",
            "compare two networks"),
    ]

    let network = NetworkFlags()
    @Flag("translate and draw this", placeholder: "SENTENCE") var text: String?
    @Flag("draw the first sentences of a file", placeholder: "FILE") var input: String?
    @Flag("how many sentences to draw", 1...100) var sentences = 3
    @Flag("partial translations that the search keeps", 1...50) var beam = 4
    @Flag("another network, to compare by sentence length", placeholder: "FILE") var against: String?
    @Flag("what the two are called in the chart", placeholder: "NAME") var names: [String] = []
    @Flag("compare on 40 sentences, to see that everything works") var smoke = false

    func prepare() throws {
        if text != nil && input != nil {
            throw $text.error("names one sentence, --input a file of them; choose one")
        }
    }

    func run() throws {
        let trained = try network.load()
        let folder = try network.folder()
        showTable([("network", "\(trained.path), step \(trained.step)"), ("beam", "\(beam)")])
        for (index, sentence) in try chosenSentences(trained).enumerated() {
            try draw(sentence, trained, index + 1, folder)
        }
        if let against { try compare(trained, TrainedTranslator(against), folder) }
        folder.listFiles()
    }

    private func draw(_ sentence: String, _ trained: TrainedTranslator, _ number: Int, _ folder: OutputFolder) throws {
        let translator = trained.translator
        let source = translator.pipeline.source.tokens(of: sentence)
        guard !source.isEmpty else { throw UsageError("there is no word in \"\(sentence)\"") }
        var options = trained.preset.search
        options.width = beam
        let recorder = BeamRecorder()
        let found = translator.hypotheses(of: [source], options, recorder: recorder)[0]
        guard let best = found.first else { return }
        show("\(sentence)\n  \(translator.pipeline.target.text(of: translator.words(of: best, source: source)))")
        if let image = translator.attentionImage(of: best, source: source) {
            try image.drawn().write(to: folder.file("attention-\(number).png"))
            try folder.write(image.svg(), to: "attention-\(number).svg")
        } else {
            show("  this network does not attend to the source; there is no attention to draw")
        }
        try folder.write(translator.beamChart(recorder.trees[0], found).svg(), to: "beam-\(number).svg")
    }

    /// What the flags name, else sentences that were not learned from: of middle length, where there is most to see.
    private func chosenSentences(_ trained: TrainedTranslator) throws -> [String] {
        if let text { return [text] }
        if let input {
            let lines = try TextLines(input).lines.filter { !$0.allSatisfy(\.isWhitespace) }
            guard !lines.isEmpty else {
                throw FileError(path: input, problem: "holds no sentence", advice: "Expected a sentence on each line.")
            }
            return Array(lines.prefix(sentences))
        }
        let pipeline = trained.translator.pipeline.source
        return try Array(
            trained.sentences.load().validation.source.lazy
                .filter { (7...16).contains(pipeline.tokens(of: $0).count) }.prefix(sentences))
    }

    /// BLEU against sentence length for two networks, on sentences that neither has learned from.
    private func compare(_ first: TrainedTranslator, _ second: TrainedTranslator, _ folder: OutputFolder) throws {
        guard first.sentences == second.sentences else {
            throw $against.error("\(second.path) has learned from other sentences than \(first.path)")
        }
        let corpus = try first.sentences.load()
        let text = (corpus.test ?? corpus.validation).first(smoke ? 40 : .max)
        let names = (self.names + ["first", "second"]).prefix(2)
        let curves = zip(names, [first.translator, second.translator]).map { name, translator in
            let pipeline = translator.pipeline
            let found = translator.translations(
                of: text.source.map(pipeline.source.tokens(of:)), progress: WorkProgress(name).show(_:of:))
            let scores = TranslationScores(found, references: text.target.map(pipeline.target.words(of:)))
            show("\(name)  \(scores.line)")
            // Both by the same words, whatever pieces they read.
            return (name: name, groups: scores.byLength(text.source.map(pipeline.source.words(of:))))
        }
        let chart = LengthChart(curves: curves)
        chart.lines.forEach { show($0) }
        try folder.write(chart.svg, to: "bleu-by-length.svg")
    }
}
