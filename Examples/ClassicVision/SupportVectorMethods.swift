import Foundation
import Gradus
import GradusSVM

/// A linear support vector machine, C by cross-validation.
struct LinearSVMMethod: RowMethod {
    let method: Method

    var kind: RowKind { method == .linearSVM ? .pixels : .gradients }
    var candidates: [Double] { kind == .pixels ? [0.01, 0.03, 0.1, 0.3] : [0.03, 0.1, 0.3, 1] }

    func words(_ candidate: Double) -> String { String(format: "C = %g", candidate) }

    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Double, _ task: LearningTask
    ) throws -> LearnedRows {
        let machine = try LinearSVM(rows, labels, cost: candidate)
        return LearnedRows(
            name: { machine($0) }, weights: machine.weights[0..<rows.shape[1]], classes: machine.classes)
    }
}

/// A support vector machine with a radial kernel on gradients and colors, C and γ by cross-validation.
struct RadialSVMMethod: RowMethod {
    struct Constants: Hashable {
        let cost: Double
        let gamma: Double
    }

    let method = Method.hogRadialSVM
    let kind = RowKind.gradients
    let candidates = [1.0, 3, 10].flatMap { cost in [0.5, 1, 2].map { Constants(cost: cost, gamma: $0) } }

    func words(_ candidate: Constants) -> String { String(format: "C = %g, γ = %g", candidate.cost, candidate.gamma) }

    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Constants, _ task: LearningTask
    ) throws -> LearnedRows {
        let machine = try KernelSVM(rows, labels, kernel: .radial(gamma: candidate.gamma), cost: candidate.cost)
        return LearnedRows(name: { machine($0) })
    }
}
