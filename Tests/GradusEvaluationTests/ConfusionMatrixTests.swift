import Gradus
import GradusEvaluation
import Testing

@Suite struct ConfusionMatrixTests {
    private let scores = Tensor<Float>([[3, 1, 2], [1, 1, 0], [0, 5, 4], [.nan, 1, 2]])

    @Test func accuracyCountsEachRowOnce() {
        let labels = Tensor<Int32>([0, 1, 2, 0])
        // Of equal scores the lower class counts first; NaN is never right.
        #expect(accuracy(scores, labels) == 0.25)
        #expect(topKAccuracy(scores, labels, k: 2) == 0.75)
        #expect(accuracy(Tensor(zeros: [0, 3]), Tensor([])) == 0)
    }

    @Test func confusionMatrices() {
        var matrix = ConfusionMatrix(classes: 3)
        matrix.add(scores.slice(axis: 0, 0..<3), Tensor([0, 1, 2]))
        #expect(matrix.counts == [[1, 0, 0], [1, 0, 0], [0, 1, 0]])
        #expect(matrix.total == 3 && abs(matrix.accuracy - 1.0 / 3) < 1e-12)
        #expect(matrix.recall(of: 0) == 1 && matrix.precision(of: 0) == 0.5 && matrix.precision(of: 2) == 0)
    }
}
