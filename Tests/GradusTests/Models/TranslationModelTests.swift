import Gradus
import GradusModels
import GradusText
import Testing

/// What holds for every translator: step by step it says what it says at once, rows do not meet, a narrow beam is greedy.
@Suite struct TranslationModelTests {
    @Test(arguments: SmallTranslators.options.map(\.name) + ["transformer"])
    func stepsSayWhatTheWholeSentenceSays(_ name: String) throws {
        try checkSteps(model(name))
    }

    @Test(arguments: SmallTranslators.options.map(\.name) + ["transformer"])
    func gradientsReachEveryParameter(_ name: String) throws {
        try checkGradients(model(name))
    }

    @Test(arguments: SmallTranslators.options.map(\.name) + ["transformer"])
    func aBeamOfOneIsGreedy(_ name: String) throws {
        try checkSearches(model(name))
    }

    @Test(arguments: SmallTranslators.options.map(\.name) + ["transformer"])
    func paddingAndNeighborsChangeNothing(_ name: String) throws {
        try checkPadding(model(name))
    }

    @Test func tablesAreShared() {
        var options = Seq2Seq.Options()
        (options.embedding, options.units, options.tiesOutput, options.sharesEmbeddings) = (12, 12, true, true)
        let model = Seq2Seq(options, sourceVocabulary: 30, targetVocabulary: 30)
        #expect(model.parameter(named: "sourceEmbedding.weight") != nil && model.output == nil)
        #expect(model.parameter(named: "targetEmbedding.weight") == nil)
    }

    @Test func theRecipeOfMulti30kHasItsWeights() {
        let model = Seq2Seq(sourceVocabulary: 5898, targetVocabulary: 7882)
        #expect(model.parameterCount == 6_925_824)
    }

    @Test func dropoutDropsInTrainingOnly() {
        var options = Seq2Seq.Options()
        (options.embedding, options.units, options.layers) = (8, 12, 2)
        let model = SmallTranslators.seq2seq(options)
        let batch = SmallTranslators.batch(0)
        func loss(_ pass: Pass) -> Float { model.totalLoss(batch, pass).item }
        #expect(loss(.inference) == loss(.inference))
        #expect(loss(.training(using: RandomGenerator(seed: 1))) == loss(.training(using: RandomGenerator(seed: 1))))
        #expect(loss(.training(using: RandomGenerator(seed: 1))) != loss(.training(using: RandomGenerator(seed: 2))))
    }

    private func model(_ name: String) throws -> any TranslationModel {
        try #require(SmallTranslators.all().first { $0.name == name }).model
    }

    /// Teacher forcing gives one table of scores; a decoder with kept state must give the same ones.
    private func checkSteps<Model: TranslationModel>(_ model: Model) {
        let batch = SmallTranslators.batch(1)
        let (logits, labels) = model.scores(batch, .inference)
        let atOnce = logits.logSoftmax().takeAlong(labels.expandingShape(at: 1), axis: 1).scalars
        var state = model.begin(batch.source, mask: batch.sourceMask)
        var stepwise: [Float] = []
        let (steps, rows) = (batch.targetInput.shape[1], batch.count)
        for t in 0..<steps {
            let words = Tensor((0..<rows).map { batch.targetInput.element(at: $0, t) })
            let step = model.step(words, state)
            for row in 0..<rows where batch.targetMask.element(at: row, t) {
                stepwise.append(step.logProbabilities.element(at: row, Int(batch.targetOutput.element(at: row, t))))
            }
            if let looks = step.alignments {
                #expect((looks.sum(axes: [1]) - 1).absoluteValue().max().item < 1e-5)
                #expect(`where`(batch.sourceMask, Tensor(0), looks).max().item == 0)
            }
            state = step.state
        }
        // The words come in another order when the batch lies before the time.
        for (a, b) in zip(atOnce.sorted(), stepwise.sorted()) { #expect(abs(a - b) < 1e-4) }
        #expect(atOnce.count == stepwise.count)
    }

    /// Along each parameter's gradient the loss must rise as fast as the gradient is long. Steps change the loss by a few
    /// thousandths of it, so that single precision still measures the difference.
    private func checkGradients<Model: TranslationModel>(_ model: Model) {
        let batch = SmallTranslators.batch(2)
        func loss() -> Float { model.totalLoss(batch, .inference).item }
        let (value, gradients) = valueWithGradient(at: model) { model.totalLoss(batch, .inference) }
        #expect(gradients.names == model.namedParameters().map(\.name))
        #expect(gradients.firstNonFinite == nil)
        for (name, parameter) in model.namedParameters() where !name.hasSuffix("key.bias") {
            let gradient = gradients[name]!
            let norm = gradient.squared().sum().item.squareRoot()
            #expect(norm > 0, "\(name)")
            let length = min(0.002 * value.item / norm, 0.005)
            let (weights, step) = (parameter.value, gradient * (length / norm))
            parameter.value = weights + step
            let above = loss()
            parameter.value = weights - step
            let below = loss()
            parameter.value = weights
            let slope = (above - below) / (2 * length)
            #expect(abs(slope - norm) < 0.02 * norm + 1e-6 * value.item / length, "\(name): \(slope), gradient \(norm)")
        }
    }

    private func checkSearches<Model: TranslationModel>(_ model: Model) {
        let batch = SmallTranslators.batch(3)
        let lengths = batch.sourceLengths.scalars.map(Int.init)
        let state = model.begin(batch.source, mask: batch.sourceMask)
        let greedy = greedySearch(model, from: state, sourceLengths: lengths)
        let narrow = beamSearch(model, from: state, sourceLengths: lengths, SearchOptions())
        let wide = beamSearch(model, from: state, sourceLengths: lengths, SearchOptions(width: 5))
        for index in lengths.indices {
            #expect(greedy[index].tokens == narrow[index][0].tokens)
            #expect(abs(greedy[index].logProbability - narrow[index][0].logProbability) < 1e-4)
            #expect(wide[index][0].score >= narrow[index][0].score - 1e-4 || !narrow[index][0].isFinished)
        }
    }

    private func checkPadding<Model: TranslationModel>(_ model: Model) {
        let batch = SmallTranslators.batch(4)
        let together = model.step(
            Tensor((0..<5).map { _ in SpecialToken.start }), model.begin(batch.source, mask: batch.sourceMask))
        for row in 0..<5 {
            let length = Int(batch.sourceLengths.scalars[row])
            let alone = batch.source[row].slice(axis: 0, 0..<length).expandingShape(at: 0)
            let step = model.step(
                Tensor([SpecialToken.start]), model.begin(alone, mask: Tensor(repeating: true, shape: [1, length])))
            let difference = step.logProbabilities[0] - together.logProbabilities[row]
            #expect(difference.absoluteValue().max().item < 1e-4)
        }
    }
}
