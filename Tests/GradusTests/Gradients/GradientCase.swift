import Gradus
import Testing

/// One line of the gradient table: a function of some inputs, and how exact its gradient must be.
struct GradientCase: CustomTestStringConvertible, Sendable {
    let name: String
    let inputs: [Tensor<Double>]
    let tolerance: Double
    let body: @Sendable ([Tensor<Double>]) -> Tensor<Double>

    var testDescription: String { name }

    /// A smooth function of tensors of the given shapes, filled with normal numbers moved by `offset`.
    init(
        _ name: String, _ shapes: [Int]..., offset: Double = 0, tolerance: Double = 1e-6,
        _ body: @escaping @Sendable ([Tensor<Double>]) -> Tensor<Double>
    ) {
        let random = RandomGenerator(seed: 3)
        let inputs = shapes.map { Tensor<Double>(normal: $0, mean: offset, using: random) }
        self.init(name, at: inputs, tolerance: tolerance, body)
    }

    /// A function at the given inputs.
    init(
        _ name: String, at inputs: [Tensor<Double>], tolerance: Double = 1e-6,
        _ body: @escaping @Sendable ([Tensor<Double>]) -> Tensor<Double>
    ) {
        (self.name, self.inputs, self.tolerance, self.body) = (name, inputs, tolerance, body)
    }

    /// A function of one tensor with positive elements, for roots and logarithms.
    static func positive(
        _ name: String, _ shape: [Int], _ body: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
    ) -> GradientCase {
        let input = Tensor<Double>(uniform: shape, from: 0.5, to: 2, using: RandomGenerator(seed: 4))
        return GradientCase(name, at: [input]) { body($0[0]) }
    }

    /// A function of one tensor.
    static func unary(
        _ name: String, _ shape: [Int] = [3, 4], tolerance: Double = 1e-6,
        _ body: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
    ) -> GradientCase {
        GradientCase(name, shape, tolerance: tolerance) { body($0[0]) }
    }
}
