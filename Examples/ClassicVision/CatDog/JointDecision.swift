import Gradus

/// Color and texture together: the weighted mean of what two machines decide, each measured by its own spread.
struct JointDecision {
    /// What texture counts for, 0 to 1: the best in cross-validation, the nearest to a half of equals.
    let weight: Double
    /// The share of right answers in cross-validation.
    let validation: Double
    /// How each test image is decided, `[M]`: above 0 for the first class.
    let decisions: Tensor<Float>

    /// Weighs the machines by how they decided images that they had not learned from, of the given classes.
    init(_ color: PairMachine, _ texture: PairMachine, _ labels: Tensor<Int32>) {
        func spread(_ machine: PairMachine) -> Float { machine.held.squared().mean().squareRoot().item + 1e-12 }
        let (colorScale, textureScale) = (1 / spread(color), 1 / spread(texture))
        func mixed(_ a: Tensor<Float>, _ b: Tensor<Float>, _ weight: Double) -> Tensor<Float> {
            a * (colorScale * Float(1 - weight)) + b * (textureScale * Float(weight))
        }
        let weights = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0, 1]
        let shares = weights.map { share(deciding: mixed(color.held, texture.held, $0), in: labels) }
        validation = shares.max() ?? 0
        weight = weights[shares.firstIndex(of: validation) ?? 0]
        decisions = mixed(color.decisions, texture.decisions, weight)
    }
}
