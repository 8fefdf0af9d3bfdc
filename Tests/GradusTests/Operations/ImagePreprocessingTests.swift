import Foundation
import Gradus
import GradusModels
import Testing

/// Normalizations against numbers worked out by hand, and preprocessings as JSON.
@Suite struct ImagePreprocessingTests {
    private typealias Normalization = ImagePreprocessing.Normalization

    private func normalized(_ values: [Float], _ normalization: ImagePreprocessing.Normalization) -> [Float] {
        normalization(Tensor(values, shape: [1, 1, values.count, 1])).scalars
    }

    @Test func channelsAreShiftedAndScaled() {
        let x = Tensor<Float>(uniform: [2, 4, 5, 3], using: RandomGenerator(seed: 1))
        let y = Normalization.imageNet(x)
        for (channel, (mean, deviation)) in zip([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).enumerated() {
            for (image, row, column) in [(0, 0, 0), (1, 2, 3), (1, 3, 4)] {
                let expected = (Double(x.element(at: image, row, column, channel)) - mean) / deviation
                #expect(abs(Double(y.element(at: image, row, column, channel)) - expected) < 1e-5)
            }
        }
    }

    @Test func otherChannelsUseTheAverages() {
        let statistics = Normalization.perChannel(mean: [0.2, 0.4, 0.6], deviation: [0.1, 0.2, 0.3])
        #expect(abs(normalized([1], statistics)[0] - 3) < 1e-5)
        let gray = Normalization.perChannel(mean: [0.5], deviation: [0.5])
        #expect(gray(Tensor<Float>(ones: [1, 1, 1, 3])).scalars == [1, 1, 1])
    }

    @Test func standardizedImagesHaveMeanZeroAndDeviationOne() {
        #expect(normalized([0.25, 0.75], .perImage) == [-1, 1])
        // One color has no deviation: 1 / (255 √n) takes its place, and 0 stays.
        #expect(normalized([0.5, 0.5, 0.5, 0.5], .perImage) == [0, 0, 0, 0])
        // A deviation of 1/1020 is below 1 / (255 · 2), which divides instead.
        let faint = normalized([0, 0, 2.0 / 1020, 2.0 / 1020], .perImage)
        #expect(zip(faint, [-0.5, -0.5, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-5 })
        // Each image has its own statistics.
        let x =
            Tensor<Float>(uniform: [3, 4, 5, 3], using: RandomGenerator(seed: 2))
            * Tensor([1, 2, 3], shape: [3, 1, 1, 1])
        let y = Normalization.perImage(x)
        #expect(y.mean(axes: [1, 2, 3]).absoluteValue().max().item < 1e-6)
        #expect((y.variance(axes: [1, 2, 3]) - 1).absoluteValue().max().item < 1e-5)
    }

    @Test func meanImagesAreSubtracted() {
        #expect(normalized([0.5, 1], .meanImage([0.25, 0.5], scale: 4)) == [1, 2])
        #expect(normalized([0.5, 1], .identity) == [0.5, 1])
        #expect(Normalization.perImage(Tensor<Float>(zeros: [0, 4, 4, 3])).shape == [0, 4, 4, 3])
    }

    @Test func everyPreprocessingComesBackFromJSON() throws {
        let fits: [ImagePreprocessing.Fit] = [
            .crop(), .crop(square: 108), .resizeThenCrop(shorterSide: 9), .object(longerSide: 2),
        ]
        let normalizations: [Normalization] = [
            .identity, .imageNet, .perImage, .meanImage((0..<12).map { Float($0) / 7 }, scale: 255),
        ]
        for fit in fits {
            for (normalization, filter) in zip(
                normalizations, [.nearest, .bilinear, .bicubic, .bicubic] as [ResizingFilter])
            {
                let preprocessing = ImagePreprocessing(
                    height: 2, width: 2, fit: fit, filter: filter, normalization: normalization)
                let data = try JSONEncoder().encode(preprocessing)
                #expect(try JSONDecoder().decode(ImagePreprocessing.self, from: data) == preprocessing)
            }
        }
    }

    /// JSON comes from files: what cannot be is refused, and nothing of that size is made.
    @Test(arguments: [
        ("\"height\":2", "\"height\":0"), ("\"width\":2", "\"width\":9000000000"),
        ("\"channels\":3", "\"channels\":-1"),
        ("\"square\":1", "\"square\":0"), ("0.2]", "0]"), ("0.2]", "0.2,0.3]"), ("bicubic", "cubic"),
        ("{\"crop\":{\"square\":1}}", "{\"resizeThenCrop\":{\"shorterSide\":1}}"),
        ("{\"crop\":{\"square\":1}}", "{\"object\":{\"longerSide\":3}}"),
    ])
    func impossibleJSONIsRefused(_ old: String, _ new: String) throws {
        let preprocessing = ImagePreprocessing(
            height: 2, width: 2, fit: .crop(square: 1), normalization: .perChannel(mean: [0.1], deviation: [0.2]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = String(decoding: try encoder.encode(preprocessing), as: UTF8.self)
        text = text.replacing(#/0\.2\d*\]/#, with: "0.2]")
        #expect(try JSONDecoder().decode(ImagePreprocessing.self, from: Data(text.utf8)).shape == [2, 2, 3])
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ImagePreprocessing.self, from: Data(changed.utf8))
        }
    }

    @Test func modelsHaveTheirNetworksPreprocessingInTheirSize() throws {
        for network in ImageNetwork.all where network.name != "vgg16" && network.name != "resnet110-cifar" {
            #expect(network.makeModel().preprocessing == network.preprocessing)
        }
        let residual = try #require(ImageNetwork.named("resnet18"))
        #expect(residual.preprocessing.fit == .resizeThenCrop(shorterSide: 256))
        let small = residual.makeModel(classes: 2, height: 112, width: 112).preprocessing
        #expect(small.fit == .resizeThenCrop(shorterSide: 128) && small.shape == [112, 112, 3])
        let large = try #require(ImageNetwork.named("vgg11")).makeModel(classes: 2, height: 224, width: 224)
        #expect(large.preprocessing.fit == .resizeThenCrop(shorterSide: 256))
        #expect(large.preprocessing.normalization == .imageNet && large.preprocessing.filter == .bilinear)
    }
}
