import Gradus
import GradusData
import GradusSVM
import GradusTraining

/// A support vector machine for two classes and one set of features, C and γ by cross-validation.
struct PairMachine: Codable {
    /// What is chosen.
    struct Constants: Hashable, Codable {
        let cost: Double
        /// γ in units of 1 / the mean squared distance.
        let gamma: Double
    }

    let constants: Constants
    /// The share of right answers in cross-validation, and its standard deviation over the folds.
    let validation: Double
    let deviation: Double
    /// How each image of the cross-validation was decided while it was held out: above 0 for the first class.
    let held: [Float]
    /// How each test image is decided.
    let decisions: [Float]

    private static let candidates = [1.0, 3, 10].flatMap { cost in
        [0.25, 0.5, 1, 2, 4].map { Constants(cost: cost, gamma: $0) }
    }

    init(
        _ distances: PairDistances, _ labels: Tensor<Int32>, _ folds: Folds, _ experiment: Experiment
    ) throws {
        let count = folds.held.joined().count
        var all = [[Float]](repeating: [Float](repeating: 0, count: count), count: Self.candidates.count)
        let tried = try CrossValidation(Self.candidates, folds) { training, held in
            let (own, others) = (distances.among(training, training), distances.among(held, training))
            return try Self.candidates.enumerated().map { index, candidate in
                try experiment.checkInterruption()
                let machine = try Self.learned(own, labels.rows(training), candidate, distances)
                let found = machine.decisions(kernel: distances.kernel(others, candidate.gamma)).flattened()
                for (place, value) in zip(held, found.scalars) { all[index][place] = value }
                return share(of: machine.classes(deciding: found.expandingShape(at: 1)), in: labels.rows(held))
            }
        }
        let best = tried.best
        (constants, validation, deviation) = (best.candidate, best.mean, best.deviation)
        held = all[Self.candidates.firstIndex(of: best.candidate) ?? 0]
        let machine = try Self.learned(distances.training, labels, best.candidate, distances)
        decisions = machine.decisions(kernel: distances.kernel(distances.test, best.candidate.gamma)).scalars
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

/// Color and texture together: the weighted mean of what two machines decide, each measured by its own spread.
struct JointDecision {
    /// What texture counts for, 0 to 1: the best in cross-validation, the nearest to a half of equals.
    let weight: Double
    /// The share of right answers in cross-validation.
    let validation: Double
    /// How each test image is decided: above 0 for the first class.
    let decisions: [Float]

    /// Weighs the machines by how they decided images that they had not learned from, of the given classes.
    init(_ color: PairMachine, _ texture: PairMachine, _ labels: Tensor<Int32>) {
        func spread(_ machine: PairMachine) -> Float { Tensor(machine.held).squared().mean().squareRoot().item + 1e-12 }
        let (colorScale, textureScale) = (1 / spread(color), 1 / spread(texture))
        func mixed(_ a: [Float], _ b: [Float], _ weight: Double) -> [Float] {
            zip(a, b).map { $0 * (colorScale * Float(1 - weight)) + $1 * (textureScale * Float(weight)) }
        }
        let weights = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0, 1]
        let shares = weights.map { share(deciding: mixed(color.held, texture.held, $0), in: labels) }
        validation = shares.max() ?? 0
        weight = weights[shares.firstIndex(of: validation) ?? 0]
        decisions = mixed(color.decisions, texture.decisions, weight)
    }
}

/// The share of images that decisions put on their side: above 0 for class 0, else class 1.
func share(deciding decisions: [Float], in labels: Tensor<Int32>) -> Double {
    share(of: Tensor(decisions.map { $0 > 0 ? Int32(0) : 1 }), in: labels)
}
