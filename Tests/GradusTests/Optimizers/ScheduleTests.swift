import Gradus
import GradusTraining
import Testing

@Suite struct ScheduleTests {
    @Test func rules() {
        let step = Schedule.step(1, factor: 0.1, at: [10, 20])
        #expect([0, 9, 10, 25].map { step($0) } == [1, 1, 0.1, 0.1 * 0.1])
        let stairs = Schedule.exponential(1, factor: 0.5, every: 10, isStaircase: true)
        #expect([0, 9, 10, 29].map { stairs($0) } == [1, 1, 0.5, 0.25])
        #expect(abs(Schedule.exponential(1, factor: 0.25, every: 2)(1) - 0.5) < 1e-6)
        #expect(Schedule.inverse(1, decay: 0.5)(2) == 0.5)
        let cosine = Schedule.cosine(from: 2, to: 1, steps: 100)
        #expect(cosine(0) == 2 && abs(cosine(50) - 1.5) < 1e-6 && abs(cosine(500) - 1) < 1e-6)
        let warm = Schedule.constant(1).warmedUp(steps: 4)
        #expect((0..<6).map { warm($0) } == [0.25, 0.5, 0.75, 1, 1, 1])
        // What follows the rise begins at its own step 0.
        let falling = Schedule.step(1, factor: 0.5, at: [2]).warmedUp(steps: 2)
        #expect((0..<6).map { falling($0) } == [0.5, 1, 1, 1, 0.5, 0.5])
    }

    /// torch.optim.lr_scheduler.OneCycleLR(max_lr=0.2, total_steps=10, pct_start=0.3), its ten rates.
    @Test func oneCycleIsPyTorchs() {
        let cycle = Schedule.oneCycle(peak: 0.2, steps: 10, rising: 0.3)
        let expected: [Float] = [
            0.008, 0.104, 0.2, 0.1900969, 0.1623491, 0.1222524, 0.0777484, 0.0376517, 0.0099039, 8e-7,
        ]
        for (index, rate) in expected.enumerated() { #expect(abs(cycle(index) - rate) < 1e-6, "step \(index)") }
    }

    @Test func plateauLowersTheRateAfterItsPatience() {
        var plateau = ReduceOnPlateau(1, factor: 0.5, patience: 1, lowest: 0.2)
        let rates = [3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1].map { plateau.rate(after: $0) }
        #expect(rates == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2])
    }

    @Test func groupsHaveTheirOwnRatesAndDecay() {
        struct Model: Module {
            let weight = Parameter(Tensor([1]))
            let bias = Parameter(Tensor([1]))
        }
        let model = Model()
        let optimizer = SGD(
            learningRate: 0.1, weightDecay: 1, groups: [ParameterGroup(suffixes: "bias", rateFactor: 2, weightDecay: 0)]
        )
        let (_, gradients) = valueWithGradient(at: model) { (model.weight.value + model.bias.value).sum() }
        optimizer.update(model, along: gradients)
        #expect(abs(model.weight.value.item - 0.8) < 1e-6 && abs(model.bias.value.item - 0.8) < 1e-6)
    }

    @Test func averagesFollowAndAreSwappedInAndOut() {
        let model = Dense(weight: Tensor([[0]]), bias: nil)
        let averages = AveragedWeights(of: model, decay: 0.5)
        for value in [1, 2] as [Float] {
            model.weight.value = Tensor([[value]])
            averages.update(from: model)
        }
        // 9/11 of 1, and then 3/4 of 2: the first updates soon forget the weights of the beginning.
        let mean: Float = averages.withAverages(in: model) { model.weight.value.item }
        #expect(abs(mean - (0.25 * 9 / 11 + 1.5)) < 1e-6)
        #expect(model.weight.value.item == 2)
    }
}
