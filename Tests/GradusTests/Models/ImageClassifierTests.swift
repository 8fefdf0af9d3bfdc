import Foundation
import Gradus
import GradusModels
import GradusTraining
import Testing

/// Classifiers as files, and the names of their classes.
@Suite struct ImageClassifierTests {
    private func classifier() throws -> ImageClassifier {
        let network = try #require(ImageNetwork.named("lenet"))
        let preprocessing = ImagePreprocessing(
            height: 16, width: 20, channels: 1, fit: .object(longerSide: 14),
            normalization: .perChannel(mean: [0.25], deviation: [0.5]))
        let size = 320
        let whitening = ImageWhitening(
            mean: Tensor(normal: [size], using: RandomGenerator(seed: 2)),
            matrix: Tensor(normal: [size, size], deviation: 0.05, using: RandomGenerator(seed: 3)))
        return withRandomSeed(1) {
            ImageClassifier(
                network, classNames: ["tabby, house cat", "dog"], preprocessing: preprocessing, whitening: whitening)
        }
    }

    /// A file holds all that classifying an image takes; the same with averaged weights beside the last ones.
    @Test func aFileRebuildsTheClassifier() throws {
        let classifier = try classifier()
        let path = NSTemporaryDirectory() + "classifier-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let images = Tensor<Float>(uniform: [3, 16, 20, 1], using: RandomGenerator(seed: 4))
        let scores = classifier(classifier.input(images), .inference)
        try Checkpoint.save([(Checkpoint.model, .module(classifier))], to: path)
        let read: ImageClassifier = try Checkpoint(contentsOf: path).model()
        #expect(read.preprocessing == classifier.preprocessing && read.classNames == classifier.classNames)
        #expect(read(read.input(images), .inference) == scores)

        let averages = AveragedWeights(of: classifier, decay: 0.5)
        for parameter in classifier.parameters where parameter.kind == .weight { parameter.value = parameter.value * 3 }
        try Checkpoint.save(
            [
                (Checkpoint.model, .module(classifier)),
                ("\(Checkpoint.model)-averages", .averages(averages, of: classifier)),
            ], to: path)
        let averaged: ImageClassifier = try Checkpoint(contentsOf: path).model()
        #expect(averaged(averaged.input(images), .inference) == scores)
    }

    @Test func impossibleConfigurationsAreRefused() throws {
        let good = try classifier().configuration
        var unknown = good
        unknown.network = "lenet-6"
        var small = good
        small.preprocessing = ImagePreprocessing(height: 8, width: 8, channels: 1)
        var nameless = good
        nameless.classNames = []
        for configuration in [unknown, small, nameless] {
            #expect(throws: InvalidConfiguration.self) { try ImageClassifier(configuration: configuration) }
        }
    }

    @Test func classesAreFoundByNumberAndName() throws {
        let classifier = try classifier()
        #expect(classifier.classIndex(named: "1") == 1 && classifier.classIndex(named: "2") == nil)
        #expect(classifier.classIndex(named: "Dog") == 1 && classifier.classIndex(named: "house cat") == 0)
        #expect(classifier.classIndex(named: "cat") == nil && classifier.shortName(0) == "tabby")
    }
}
