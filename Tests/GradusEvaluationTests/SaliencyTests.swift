import Foundation
import Gradus
import GradusEvaluation
import Testing

@Suite struct SaliencyTests {
    private let weight = Tensor<Float>(normal: [18, 4], using: RandomGenerator(seed: 2))
    private var linear: Sequential {
        Sequential {
            Flatten()
            Dense(weight: weight, bias: Tensor([1, -2, 0, 3]))
        }
    }

    /// The score of a class is `wᵀx + b`, so its gradient is w, wherever the image is; each row has its own class.
    @Test func ofALinearModelItIsTheWeights() {
        let images = Tensor<Float>(normal: [3, 3, 3, 2], using: RandomGenerator(seed: 5))
        let found = saliency(of: linear, at: images, classes: Tensor([2, 0, 2]))
        for (row, classIndex) in [2, 0, 2].enumerated() {
            let expected = weight.slice(axis: 1, classIndex..<(classIndex + 1)).reshaped(to: [3, 3, 2])
            #expect((found[row] - expected).absoluteValue().max().item < 1e-6)
        }
        let smooth = smoothedSaliency(
            of: linear, at: images, classes: Tensor([2, 0, 2]), copies: 3, using: RandomGenerator(seed: 1))
        #expect((smooth - found).absoluteValue().max().item < 1e-5)
    }

    /// At the kink of a ReLU the gradient is 0 or 1; with noise of both signs it is 1 in half of the copies.
    @Test func smoothingAveragesAcrossAKink() {
        let ramp = Sequential {
            Flatten()
            Dense(weight: Tensor([[1], [0]]), bias: nil, activation: .relu)
        }
        // The second pixel only gives the image its range.
        let image = Tensor<Float>([0.001, 1], shape: [1, 1, 2, 1])
        #expect(saliency(of: ramp, at: image, classes: Tensor([0])).scalars == [1, 0])
        let smooth = smoothedSaliency(
            of: ramp, at: image, classes: Tensor([0]), copies: 400, noise: 0.2, using: RandomGenerator(seed: 4))
        #expect(abs(smooth.scalars[0] - 0.5) < 0.08 && smooth.scalars[1] == 0, "\(smooth)")
        let still = smoothedSaliency(
            of: ramp, at: image, classes: Tensor([0]), copies: 9, noise: 0, using: RandomGenerator(seed: 4))
        #expect(abs(still.scalars[0] - 1) < 1e-6)
    }

    @Test func theStateOfTheModelStays() {
        let model = Sequential {
            Conv2D(1, 3, kernel: 3, padding: .same)
            BatchNorm(3, activation: .relu)
            Flatten()
            Dense(48, 2)
        }
        let before = model.namedTensors
        _ = saliency(of: model, at: Tensor(normal: [2, 4, 4, 1]), classes: Tensor([0, 1]))
        #expect(model.namedTensors == before)
    }
}
