import Gradus
import Testing

/// Parts by index, as in NumPy.
@Suite struct IndexingTests {
    let x = Tensor<Float>((0..<24).map { Float($0) }, shape: [2, 3, 4])

    @Test func integersDropTheirAxisAndRangesKeepIt() {
        #expect(x[1, 2] == Tensor([20, 21, 22, 23]) && x[1, 2, 3] == Tensor(23))
        #expect(x[0..<2, 1] == Tensor([[4, 5, 6, 7], [16, 17, 18, 19]]))
        #expect(x[1, 1..., 2] == Tensor([18, 22]))
        #expect(x[0..., 0..., 3] == Tensor([[3, 7, 11], [15, 19, 23]]))
        #expect(x[1, ...1, 1...2] == Tensor([[13, 14], [17, 18]]))
        #expect(x[0, 3..., 0].shape == [0])
    }

    @Test func negativeNumbersCountFromTheEnd() {
        #expect(x[-1] == x[1] && x[-2, -1, -4] == Tensor(8))
        #expect(x[0, (-2)...] == x[0, 1...] && x[0, ..<(-1)] == x[0, ..<2])
        #expect(x[0, ...(-2)] == x[0, ..<2] && x[0, (-3)...(-2)] == x[0, ..<2])
        #expect(x.slice(axis: -1, (-1)...) == x[..., 3...])
    }

    @Test func dotsStandForTheAxesBetween() {
        #expect(x[...] == x && x[..., 0] == x[0..., 0..., 0] && x[..., 1, 2] == x[0..., 1, 2])
        #expect(x[0, ..., 1] == x[0, 0..., 1] && x[1, ...] == x[1])
    }

    @Test func allElementTypesAreIndexed() {
        #expect(Tensor<Int32>([[1, 2], [3, 4]])[0..., 1].scalars == [2, 4])
        #expect(Tensor<Bool>([[true, false], [false, true]])[-1, 1].item)
        #expect(Tensor<UInt8>([[1, 2], [3, 4]])[1, 0].item == 3)
        #expect(Tensor<Double>([[1, 2], [3, 4]])[-1, -1].item == 4)
    }

    @Test func indicesMayBeCountedAsInt() {
        let places = [2, 0].map { $0 + 0 }
        #expect(Tensor<Int32>(places) == Tensor<Int32>([2, 0]))
    }

    @Test func leadingIntegersShareMemory() {
        let part = x[1, 2]
        #expect(part.withUnsafeElements { $0.baseAddress! } == x.withUnsafeElements { $0.baseAddress! + 20 })
    }

    @Test(arguments: mistakes.indices)
    func whatLeavesAnAxisNamesItAndTheCaller(_ index: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
            mistakes[index].take()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("Tests/GradusTests/Tensor/IndexingTests.swift:"), "\(message)")
        #expect(message.contains(mistakes[index].message), "\(message)")
    }
}

/// No two have the same form: see `Mistake` of MistakeTests.
private let mistakes: [(message: String, take: @Sendable () -> Void)] = [
    ("index: 4 is out of bounds for axis 1 of shape [2, 3]", { _ = Tensor<Float>(zeros: [2, 3])[0, 4] }),
    ("index: -4 is out of bounds for axis 1 of shape [2, 3]", { _ = Tensor<Float>(zeros: [2, 3])[0..., -4] }),
    ("index: 1...3 is out of bounds for axis 1 of shape [2, 3]", { _ = Tensor<Float>(zeros: [2, 3])[..., 1...3] }),
    ("index: 3 indices for the 2 axes of shape [2, 3]", { _ = Tensor<Float>(zeros: [2, 3])[0, 0, 0] }),
    ("is out of bounds for axis 0 of shape [2]", { _ = Tensor<Float>(zeros: [2])[Int.max] }),
    ("is out of bounds for axis 0 of shape [2]", { _ = Tensor<Float>(zeros: [2])[...Int.max] }),
    ("is out of bounds for axis 0 of shape [2]", { _ = Tensor<Float>([1, 2])[Int.min] }),
    ("index: -1..<0 is out of bounds for axis 0 of shape [2]", { _ = Tensor<Float>(zeros: [2])[(-1)..<0] }),
    ("index: 0 is out of bounds for axis 0 of shape [0], which is empty", { _ = Tensor<Float>([])[0] }),
    ("Tensor: 4294967296 exceeds the range of Int32", { _ = Tensor<Float>(Tensor<Int32>([1 << 32 as Int])) }),
    ("index: 1 indices for the 0 axes of shape []", { _ = Tensor<Float>(1)[0] }),
]
