import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// How many images are needed: what held-out images show after learning from few and from more, in three ways.
///
/// For each number of images a network takes as many steps as the largest number needs for the recipe's epochs, and from
/// scratch three times as many, so that none is held back by few batches.
struct AccuracyCurve {
    private let setup: FineTuneSetup
    private let cache: FeatureCache
    private let report: RunReport
    /// Where the finished points are kept.
    private let checkpoint: String

    private var recipe: FineTuneRecipe { setup.recipe }

    init(_ setup: FineTuneSetup, _ cache: FeatureCache, _ report: RunReport, checkpoint: String) {
        (self.setup, self.cache, self.report, self.checkpoint) = (setup, cache, report, checkpoint)
    }

    /// Measures what the record does not have yet; after each number of images it is saved.
    func measure(_ record: inout FineTuneRecord, save: (FineTuneRecord) throws -> Void) throws {
        for count in recipe.curve where !record.points.contains(where: { $0.imagesPerClass == count }) {
            let found = try points(count)
            for point in found {
                record.points.append(point)
                report.progress.say(
                    String(
                        format: "%d images a class, %@: validation accuracy %.2f %%", count, point.method.rawValue,
                        100 * point.accuracy))
                try report.log.write(
                    "curve",
                    [
                        "images_per_class": .integer(count), "method": .text(point.method.rawValue),
                        "validation_accuracy": .number(point.accuracy),
                    ])
            }
            try save(record)
        }
    }

    private func points(_ count: Int) throws -> [CurvePoint] {
        let places = setup.data.trainingPlaces(perClass: count)
        let images = setup.data.training.choosing(places)
        let network = try setup.pretrained()
        try learnHead(network, cache.training(places))
        let frozen = network.accuracy(on: cache.validation)
        network.thaw(recipe)
        try learnWhole(
            network, Lesson.descentTrainer(network, seed: recipe.seed), images, rate: recipe.wholeRate,
            epochs: recipe.wholeEpochs, "fine-tuned, \(count) a class")
        let fineTuned = network.evaluation(on: setup.data.validation).accuracy
        let scratch = setup.untrained()
        // Random weights have further to go.
        try learnWhole(
            scratch, Lesson.adamTrainer(scratch, seed: recipe.seed), images, rate: 1e-3, epochs: 3 * recipe.wholeEpochs,
            "from scratch, \(count) a class")
        return [
            CurvePoint(imagesPerClass: count, method: .frozen, accuracy: frozen),
            CurvePoint(imagesPerClass: count, method: .fineTuned, accuracy: fineTuned),
            CurvePoint(
                imagesPerClass: count, method: .scratch,
                accuracy: scratch.evaluation(on: setup.data.validation).accuracy),
        ]
    }

    private func learnHead(_ transfer: TransferNetwork, _ set: FrozenFeatures) throws {
        transfer.freezeTrunk()
        let trainer = Lesson.adamTrainer(transfer, seed: recipe.seed)
        let steps = max(150, recipe.headEpochs * set.count / recipe.batchSize)
        trainer.schedule = .cosine(from: recipe.headRate, steps: steps)
        while trainer.state.step < steps {
            let batches = set.batches(of: recipe.batchSize, seed: recipe.seed &+ trainer.state.epoch, from: 0)
            for batch in batches where trainer.state.step < steps { try trainer.step(.features(batch)) }
            trainer.finishEpoch()
            try stopIfAsked()
        }
    }

    private func learnWhole(
        _ transfer: TransferNetwork, _ trainer: Trainer<ImageClassifier, Lesson>, _ images: LabeledImages, rate: Float,
        epochs: Int, _ title: String
    ) throws {
        let most = (recipe.curve.last ?? 1) * setup.data.classNames.count
        let steps = max(1, epochs * most / recipe.batchSize)
        report.progress.say(title)
        let line = ProgressText(recipe.batchSize)
        trainer.schedule = .cosine(from: rate, steps: steps)
        while trainer.state.step < steps {
            let epoch = trainer.state.epoch
            let mixed = images.shuffled(seed: recipe.seed &* 1000 &+ epoch)
            for batch in mixed.batches(
                of: recipe.batchSize, through: transfer.augmentation, seed: recipe.seed, epoch: epoch)
            where trainer.state.step < steps {
                try trainer.step(.images(batch))
                line.show(trainer.state.step, of: steps)
                try stopIfAsked()
            }
            trainer.finishEpoch()
        }
    }

    private func stopIfAsked() throws {
        if Interrupt.isRequested {
            report.progress.say("")
            throw Interrupted(checkpoint: checkpoint)
        }
    }
}
