import Foundation
import Gradus
import GradusData
import GradusModels
import Testing

/// The published ResNet-20, where this machine has it.
@Suite struct PublishedResNetTests {
    private static let data = ProcessInfo.processInfo.environment["GRADUS_DATA"] ?? ""
    private static let folder = "\(data)/resnet-cifar10-weights"
    private static let isThere = ["\(folder)/resnet20-12fca82f.th", "\(data)/cifar10/test_2000.bin.gz"].allSatisfy {
        FileManager.default.fileExists(atPath: $0)
    }

    private func model() throws -> ImageClassifier {
        let file = "\(Self.folder)/resnet20-12fca82f.th"
        let model = try #require(ImageNetwork.named("resnet20-cifar")).makeModel()
        try model.load(torch: TorchWeights(contentsOf: file).tensors, file: file)
        return model
    }

    /// Its logits of the first images, and how many of 2,000 it names rightly.
    @Test(.enabled(if: isThere, "needs GRADUS_DATA with ResNet-20's weights and CIFAR-10's JPEG copy"))
    func readsItsImages() throws {
        let (logits, right) = try evaluated("\(Self.data)/cifar10/test_2000.bin.gz")
        let lines = try String(contentsOfFile: "\(Self.folder)/resnet20-reference-logits.txt", encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 20)
        var largest: Float = 0
        for (row, line) in lines.enumerated() {
            let expected = line.split(separator: " ").dropFirst(2).compactMap { Float($0) }
            largest = max(largest, (logits[row] - Tensor<Float>(expected)).absoluteValue().max().item)
        }
        print("published ResNet-20: largest difference \(largest), \(right) of 2,000 right")
        #expect(largest < 1e-4 && right == 1627)
    }

    private static let wholeTest = "\(data)/cifar10/test_batch.bin"

    /// All 10,000 images of the JPEG copy, where they lie beside the 2,000.
    @Test(
        .enabled(
            if: isThere && FileManager.default.fileExists(atPath: wholeTest), "needs the JPEG copy's test_batch.bin"))
    func readsTheWholeTestSet() throws {
        let right = try evaluated(Self.wholeTest).right
        print("published ResNet-20: \(right) of 10,000 right")
        #expect(right == 8103)
    }

    /// The logits of a file's first images, and how many of all it names rightly.
    private func evaluated(_ path: String) throws -> (logits: Tensor<Float>, right: Int) {
        let model = try model()
        let bytes = try CompressedFile.bytes(of: path)
        var (right, first) = (0, Tensor<Float>(zeros: [1]))
        for start in stride(from: 0, to: bytes.count / 3073, by: 500) {
            var pixels: [Float] = []
            for n in start..<(start + 500) {
                pixels += bytes[(n * 3073 + 1)..<((n + 1) * 3073)].map { Float($0) / 255 }
            }
            let images = Tensor<Float>(pixels, shape: [500, 3, 32, 32]).transposed([0, 2, 3, 1])
            let logits = model(model.network.preprocessing(images), .inference)
            if start == 0 { first = logits }
            let guesses = logits.topK(1).indices.scalars
            right += (0..<500).filter { guesses[$0] == Int32(bytes[(start + $0) * 3073]) }.count
        }
        return (first, right)
    }
}
