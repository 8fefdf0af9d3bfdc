@preconcurrency import Foundation
import Gradus
import Testing

/// How a program ends that has made a mistake: with the text that it had printed, and a message that points to its own line.
@Suite struct MistakeTests {
    /// Into a file, text goes by way of a buffer.
    @Test func whatWasPrintedIsNotLost() async throws {
        let path = NSTemporaryDirectory() + "gradus-\(UUID().uuidString).txt"
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(processExitsWith: .failure) { [path = path as String] in
            freopen(path, "w", stdout)
            print("step 1")
            _ = Tensor<Float>(zeros: [2]).reshaped(to: [3])
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "step 1\n")
    }

    @Test(arguments: mistakes.indices)
    func aWrongShapeNamesALineOfThisFile(_ index: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
            _ = mistakes[index].output()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #if DEBUG
            // The closure begins on that line.
            let lines = (0..<6).map {
                "Tests/GradusTests/Programming/MistakeTests.swift:\(mistakes[index].line + $0): Fatal error: "
            }
            #expect(lines.contains { message.hasPrefix($0) || message.contains("\n\($0)") }, "\(message)")
        #else
            // In an optimized program a call in tail position leaves no frame of its caller.
            #expect(message.contains("Fatal error: ") && !message.contains("Sources/Gradus"), "\(message)")
        #endif
        #expect(message.contains(mistakes[index].message), "\(message)")
    }

}

private struct Mistake: Sendable {
    let message: String
    let output: @Sendable () -> Tensor<Float>
    let line: Int

    init(_ message: String, line: Int = #line, _ output: @escaping @Sendable () -> Tensor<Float>) {
        (self.message, self.line, self.output) = (message, line, output)
    }
}

private var layers: Sequential { Sequential { Dense(3, 2) } }

private let wide = [1, 6, 6, 9]

private let mistakes = [
    // Where the line of the call is known, it is named.
    Mistake("Dense \"0\" expects […, 3], got [1, 4]\n") {
        let net = layers
        return valueWithGradient(at: net) { net(Tensor(zeros: [1, 4]), .training).sum() }.value
    },
    Mistake("Dense \"0\" expects […, 3], got [1, 4]\n") {
        let net = layers
        return valueWithGradient(at: Tensor<Float>(zeros: [1, 4])) { net($0, .inference).sum() }.value
    },
    Mistake("Dense \"0\" expects […, 3], got [1, 4]\n") { layers.recorded(Tensor(zeros: [1, 4])).output },
    Mistake("item: expected a tensor of one element, got shape [1, 2]") {
        let net = layers
        return valueWithGradient(at: net) { Tensor(net(Tensor(zeros: [1, 3]), .training).item) }.value
    },
    // Elsewhere the line that made the layer.
    Mistake("Dense expects […, 3], got [1, 6, 6, 9]") { Dense(3, 2)(Tensor(zeros: wide), .inference) },
    Mistake("Dense \"1\" expects […, 3], got [1, 324]") {
        Sequential {
            Flatten(); Dense(3, 2)
        }(Tensor(zeros: wide), .inference)
    },
    Mistake("Conv2D expects [N, H, W, 3]") { Conv2D(3, 2, kernel: 3)(Tensor(zeros: wide), .inference) },
    Mistake("does not fit into") { Conv2D(9, 2, kernel: 7)(Tensor(zeros: wide), .inference) },
    Mistake("ConvTranspose2D expects [N, H, W, 3]") {
        ConvTranspose2D(3, 2, kernel: 3)(Tensor(zeros: wide), .inference)
    },
    Mistake("BatchNorm expects […, 3]") { BatchNorm(3)(Tensor(zeros: wide), .inference) },
    Mistake("LayerNorm expects […, 3]") { LayerNorm(3)(Tensor(zeros: wide), .inference) },
    Mistake("GroupNorm expects [N, …, 4]") { GroupNorm(4, groups: 2)(Tensor(zeros: wide), .inference) },
    Mistake("LSTM expects [N, T, 3]") { LSTM(3, 2)(Tensor(zeros: wide), .inference) },
    Mistake("GRU expects [N, T, 3]") { GRU(3, 2)(Tensor(zeros: wide), .inference) },
    Mistake("maxPool") { MaxPool2D(7)(Tensor(zeros: wide), .inference) },
    Mistake("averagePool") { AveragePool2D(7)(Tensor(zeros: wide), .inference) },
    Mistake("GlobalAveragePool2D expects [N, H, W, C]") { GlobalAveragePool2D()(Tensor(zeros: [2]), .inference) },
    Mistake("Residual: the body returns") { Residual { Dense(9, 2) }(Tensor(zeros: wide), .inference) },
    Mistake("MultiHeadAttention expects") { MultiHeadAttention(4, heads: 2)(Tensor(zeros: [2, 2]), .inference) },
    Mistake("Embedding \"0\" expects tokens, a Tensor<Int32>, got a Tensor<Float> [1, 6, 6, 9]") {
        Sequential { Embedding(3, 2) }(Tensor(zeros: wide), .inference)
    },
    Mistake("begins with Dense: only an Embedding takes tokens") {
        Sequential { Dense(3, 2) }(Tensor<Int32>([1]), .inference)
    },
]
