import Foundation
import Gradus
import GradusEvaluation
import Testing

/// The exercises of chapter 12 have solutions that hold.
@Suite struct PretrainedExercises {
    /// Python's `pickle.dumps(os.system("echo hi"))` as a reduction, and a harmless dictionary; by hand, opcode by opcode.
    @Test func aPickleIsReadWithoutRunningIt() {
        let evil: [UInt8] =
            [0x80, 2] + Array("cposix\nsystem\n".utf8) + [UInt8(ascii: "X"), 7, 0, 0, 0] + Array("echo hi".utf8)
            + [0x85] + Array("R.".utf8)
        #expect(importedNames(inPickle: evil) == ["posix.system"])
        let tame: [UInt8] =
            [0x80, 2] + Array("}q".utf8) + [0, UInt8(ascii: "X"), 1, 0, 0, 0] + Array("a".utf8) + Array("K".utf8) + [7]
            + Array("s.".utf8)
        #expect(importedNames(inPickle: tame) == [])
        #expect(importedNames(inPickle: Array(evil.dropLast())) == nil)
        // A name may lie in a text, which is no import; a length may reach beyond the end.
        #expect(importedNames(inPickle: [UInt8(ascii: "X"), 6, 0, 0, 0] + Array("cos\nx\n.".utf8)) == [])
        #expect(importedNames(inPickle: [UInt8(ascii: "X"), 255, 255, 255, 127]) == nil)
    }

    @Test func filtersOfPyTorchAreReordered() {
        let (m, c, kh, kw) = (4, 3, 2, 5)
        let filters = Tensor<Float>((0..<(m * c * kh * kw)).map { Float($0) }, shape: [m, c, kh, kw])
        #expect(reordered(filters.scalars, m: m, c: c, kh: kh, kw: kw) == filters.transposed([2, 3, 1, 0]).scalars)
    }

    @Test func foldingChangesNothing() {
        let random = RandomGenerator(seed: 7)
        let layer = Conv2D(3, 8, kernel: 3, padding: .same, useBias: false)
        let norm = BatchNorm(8)
        for parameter in norm.parameters { parameter.value = Tensor(uniform: [8], from: 0.5, to: 2, using: random) }
        let images = Tensor<Float>(normal: [2, 6, 6, 3], using: random)
        let plain = norm(layer(images, .inference), .inference)
        let (filters, bias) = folded(
            layer.weight.value, mean: norm.runningMean.value, variance: norm.runningVariance.value,
            scale: norm.weight.value, shift: norm.bias.value)
        let fast = Conv2D(weight: filters, bias: bias, padding: .same)(images, .inference)
        #expect((fast - plain).absoluteValue().max().item < 1e-5)
    }

    @Test func classMeansClassify() {
        let random = RandomGenerator(seed: 3)
        let centers = Tensor<Float>(normal: [5, 16], deviation: 3, using: random)
        func sample(_ count: Int) -> (Tensor<Float>, [Int]) {
            let labels = (0..<count).map { $0 % 5 }
            let rows = centers.gathering(Tensor(labels.map { Int32($0) }))
            return (rows + Tensor(normal: [count, 16], using: random), labels)
        }
        let ((known, labels), (features, right)) = (sample(15), sample(100))
        let found = nearestMeans(features, known: known, labels: labels, classes: 5)
        #expect(zip(found, right).filter { $0 == $1 }.count >= 97)
    }

    @Test func theActivationMapAddsUpToTheScore() {
        let random = RandomGenerator(seed: 9)
        let maps = Tensor<Float>(uniform: [3, 4, 6], using: random)
        let weight = Tensor<Float>(normal: [6, 5], using: random)
        let scores = matmul(maps.mean(axes: [0, 1]).reshaped(to: [1, 6]), weight)
        for classIndex in 0..<5 {
            let map = classActivation(maps, weight, classIndex: classIndex)
            #expect(map.shape == [3, 4] && abs(map.sum().item - scores.element(at: 0, classIndex)) < 1e-5)
        }
    }

    @Test func gradientTimesInputIsTheScoreOfANetworkWithoutBiases() {
        let model = withRandomSeed(5) {
            Sequential {
                Conv2D(2, 6, kernel: 3, padding: .same, activation: .relu, useBias: false)
                MaxPool2D(2)
                Flatten()
                Dense(24, 10, activation: .relu, useBias: false)
                Dense(10, 3, useBias: false)
            }
        }
        let images = Tensor<Float>(normal: [4, 4, 4, 2], using: RandomGenerator(seed: 6))
        let classes = Tensor<Int32>([0, 1, 2, 1])
        let scores = model(images, .inference)
        for (row, product) in gradientTimesInput(of: model, images, classes: classes).enumerated() {
            #expect(abs(product - scores.element(at: row, Int(classes.scalars[row]))) < 1e-4)
        }
    }

    /// Counted by a model that counts the images it is shown.
    @Test(arguments: [(5, 6, 2, 1), (7, 7, 3, 3), (9, 5, 4, 2), (4, 4, 4, 1)])
    func passesAreCounted(_ height: Int, _ width: Int, _ side: Int, _ step: Int) {
        let counter = CountingModel()
        _ = occlusionMap(
            of: counter, at: Tensor(zeros: [height, width, 1]), classes: [0], side: side, step: step, batchSize: 3)
        #expect(counter.count.value == occlusionPasses(height: height, width: width, side: side, step: step))
    }

    private struct CountingModel: Layer {
        final class Count { var value = 0 }
        let count = Count()

        func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            count.value += input.shape[0]
            return Tensor(zeros: [input.shape[0], 2])
        }
    }
}
