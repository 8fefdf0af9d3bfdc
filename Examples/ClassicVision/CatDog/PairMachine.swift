import ExampleSupport
import Gradus
import GradusData
import GradusSVM

/// A support vector machine for two classes and one set of features, C and γ by cross-validation.
struct PairMachine {
    /// What is chosen.
    struct Constants: Hashable {
        let cost: Double
        /// In parts of the mean squared distance.
        let gamma: Double
    }

    let constants: Constants
    /// The share of right answers in cross-validation, and its standard deviation over the folds.
    let validation: (mean: Double, deviation: Double)
    /// How each image of the cross-validation was decided while it was held out, `[n]`: above 0 for the first class.
    let held: Tensor<Float>
    /// How each test image is decided, `[M]`.
    let decisions: Tensor<Float>

    private static let candidates = [1.0, 3, 10].flatMap { cost in
        [0.25, 0.5, 1, 2, 4].map { Constants(cost: cost, gamma: $0) }
    }

    init(_ distances: PairDistances, _ labels: Tensor<Int32>, _ folds: Folds) throws {
        let count = folds.held.joined().count
        var all = [[Float]](repeating: [Float](repeating: 0, count: count), count: Self.candidates.count)
        let tried = try CrossValidation(Self.candidates, folds) { training, held in
            let (own, others) = (distances.among(training, training), distances.among(held, training))
            return try Self.candidates.enumerated().map { index, candidate in
                if Interrupt.isRequested { throw InterruptedMethod() }
                let machine = try Self.learned(own, labels.rows(training), candidate, distances)
                let found = machine.decisions(kernel: distances.kernel(others, candidate.gamma)).flattened()
                for (place, value) in zip(held, found.scalars) { all[index][place] = value }
                return share(of: machine.classes(deciding: found.expandingShape(at: 1)), in: labels.rows(held))
            }
        }
        let best = tried.best
        (constants, validation) = (best.candidate, (best.mean, best.deviation))
        held = Tensor(all[Self.candidates.firstIndex(of: best.candidate) ?? 0])
        let machine = try Self.learned(distances.training, labels, best.candidate, distances)
        decisions = machine.decisions(kernel: distances.kernel(distances.test, best.candidate.gamma)).flattened()
    }

    private static func learned(
        _ own: Tensor<Float>, _ labels: Tensor<Int32>, _ constants: Constants, _ distances: PairDistances
    ) throws -> DualSVM {
        let width = own.shape[1]
        return try DualSVM(labels, cost: constants.cost) { examples in
            // All examples, the first class before the second.
            let chosen = own.withUnsafeElements { values in
                Tensor(
                    examples.flatMap { row in examples.map { values[row * width + $0] } },
                    shape: [examples.count, examples.count])
            }
            return distances.kernel(chosen, constants.gamma)
        }
    }
}

/// The share of images that decisions put on their side: above 0 for class 0, else class 1.
func share(deciding decisions: Tensor<Float>, in labels: Tensor<Int32>) -> Double {
    share(of: Tensor(decisions.scalars.map { $0 > 0 ? Int32(0) : 1 }), in: labels)
}
