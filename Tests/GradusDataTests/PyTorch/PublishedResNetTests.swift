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

    /// Its logits of the first pictures, and how many of 2,000 it names rightly.
    @Test(.enabled(if: isThere, "needs GRADUS_DATA with ResNet-20's weights and CIFAR-10's JPEG copy"))
    func readsItsPictures() throws {
        let file = "\(Self.folder)/resnet20-12fca82f.th"
        let model = try #require(ImageNetwork.named("resnet20-cifar")).makeModel()
        try model.load(torch: TorchWeights(contentsOf: file).tensors, file: file)
        let bytes = try wholeFile("\(Self.data)/cifar10/test_2000.bin.gz")
        let count = bytes.count / 3073
        var pixels: [Float] = []
        for n in 0..<count { pixels += bytes[(n * 3073 + 1)..<((n + 1) * 3073)].map { Float($0) / 255 } }
        let planes = Tensor<Float>(pixels, shape: [count, 3, 32, 32])
        let logits = model(model.network.preprocessing(planes.transposed([0, 2, 3, 1])), .inference)

        let lines = try String(contentsOfFile: "\(Self.folder)/resnet20-reference-logits.txt", encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 20)
        for (row, line) in lines.enumerated() {
            let expected = line.split(separator: " ").dropFirst(2).compactMap { Float($0) }
            let worst = (logits[row] - Tensor(expected)).absoluteValue().max().item
            #expect(worst < 1e-4, "record \(row)")
        }
        let guesses = logits.topK(1).indices.scalars
        #expect(guesses.indices.filter { guesses[$0] == Int32(bytes[$0 * 3073]) }.count == 1627)
    }
}
