import Gradus
import GradusSVM
import Testing

@Suite struct LinearSVMTests {
    /// Three clouds about points of a triangle; the seed makes them anew.
    private func clouds(_ count: Int, seed: UInt64) -> (features: Tensor<Float>, labels: Tensor<Int32>) {
        let noise = Tensor<Float>(normal: [count, 2], deviation: 0.3, using: RandomGenerator(seed: seed))
        let labels = Tensor((0..<count).map { Int32([7, 2, 5][$0 % 3]) })
        let centers = Tensor(
            (0..<count).flatMap { [[0, 0], [3, 0], [0, 3]][$0 % 3] as [Float] }, shape: [count, 2])
        return (centers + noise, labels)
    }

    @Test(arguments: [LinearSVM.Solver.dual, .primal]) func cloudsAreToldApart(_ solver: LinearSVM.Solver) throws {
        let (features, labels) = clouds(150, seed: 1)
        let machine = try LinearSVM(features, labels, solver: solver)
        #expect(Set(machine.classes) == [2, 5, 7] && machine.weights.shape == [3, 3])
        let (fresh, right) = clouds(300, seed: 2)
        let wrong = zip(machine(fresh).scalars, right.scalars).filter { $0 != $1 }.count
        #expect(wrong <= 3)
    }

    /// Two points at −1 and 1: by symmetry b = 0, and the minimum of ½w² + 2C(1 − w)² is at w = 4C / (1 + 4C); the bias counts as
    /// a weight.
    @Test(arguments: [0.05, 1, 20]) func theMinimumIsTheClosedForm(_ cost: Double) throws {
        let machine = try LinearSVM(
            Tensor<Float>([1, -1], shape: [2, 1]), Tensor([1, 0]), cost: cost, solver: .primal, tolerance: 1e-10)
        let expected = Float(4 * cost / (1 + 4 * cost))
        let scores = machine.scores(Tensor<Float>([1, -1, 0], shape: [3, 1])).scalars
        let first = try #require(machine.classes.firstIndex(of: 1))
        #expect(abs(scores[first] - expected) < 1e-4 && abs(scores[2 + first] + expected) < 1e-4)
        #expect(abs(scores[4]) < 1e-4)
    }

    @Test func theSameDataGiveTheSameWeights() throws {
        let (features, labels) = clouds(90, seed: 3)
        #expect(try LinearSVM(features, labels).weights == LinearSVM(features, labels).weights)
    }

    @Test func whatCannotBeLearnedIsRefused() {
        let rows = Tensor<Float>([1, .nan], shape: [2, 1])
        #expect(throws: SVMError.self) { try LinearSVM(rows, Tensor([0, 1])) }
        let error = #expect(throws: SVMError.self) {
            try LinearSVM(Tensor<Float>(ones: [2, 1]), Tensor([4, 4]))
        }
        #expect(error?.description.contains("needs two classes, got 1") == true)
    }
}
