import Foundation
import Gradus
import GradusEvaluation
import Testing

@Suite struct OcclusionMapTests {
    /// A model of two classes that looks at one channel of the pixel in row 2, column 3, and nowhere else.
    private var spy: Sequential {
        var weight = Tensor<Float>(zeros: [5 * 6 * 2, 2])
        weight.withUnsafeMutableElements { $0[((2 * 6 + 3) * 2 + 1) * 2] = 1 }
        return Sequential {
            Flatten()
            Dense(weight: weight, bias: nil)
        }
    }

    private func sigmoid(_ x: Double) -> Float { Float(1 / (1 + exp(-x))) }

    @Test func onlyThePixelThatIsLookedAtCounts() {
        let image = Tensor<Float>(repeating: 2, shape: [5, 6, 2])
        // Each square is one pixel: the map is the fall of that pixel's probability.
        let single = occlusionMap(of: spy, at: image, classes: [0, 1], side: 1, step: 1, batchSize: 7)
        let fall = sigmoid(2) - sigmoid(0)
        #expect(single.shape == [2, 5, 6])
        for (index, value) in single[0].scalars.enumerated() {
            #expect(abs(value - (index == 2 * 6 + 3 ? fall : 0)) < 1e-6, "\(index): \(value)")
        }
        // Against the other class the same pixel speaks as much.
        #expect(abs(single.element(at: 1, 2, 3) + fall) < 1e-6 && single.element(at: 1, 3, 2) == 0)
    }

    /// The mean over the squares that cover a pixel: next to the one that counts it is half, one row and column away a quarter.
    @Test func aPixelGetsTheMeanOfItsSquares() {
        let image = Tensor<Float>(repeating: 2, shape: [5, 6, 2])
        let map = occlusionMap(of: spy, at: image, classes: [0], side: 2, step: 1, filling: [7, -1])[0]
        let fall = sigmoid(2) - sigmoid(-1)
        for (row, column, share) in [(2, 3, 1), (2, 2, 0.5), (1, 3, 0.5), (3, 4, 0.25), (1, 1, 0), (0, 3, 0)]
            as [(Int, Int, Float)]
        {
            #expect(abs(map.element(at: row, column) - share * fall) < 1e-6, "\(row), \(column)")
        }
    }

    /// Steps that do not divide the image leave no edge uncovered.
    @Test func everyPixelIsCovered() {
        let image = Tensor<Float>(repeating: 2, shape: [5, 6, 2])
        let map = occlusionMap(of: spy, at: image, classes: [0], side: 3, step: 3)[0]
        #expect(map.isFinite && map.element(at: 2, 3) > 0.1)
    }
}
