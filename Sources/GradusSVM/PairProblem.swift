import CLibSVM
import Gradus

/// A two-class problem of libsvm with a precomputed kernel.
struct PairProblem {
    /// The examples of the first class, then of the second.
    let examples: [Int]
    private let targets: [Double]

    init(first: [Int], second: [Int]) {
        examples = first + second
        targets = first.map { _ in 1 } + second.map { _ in -1 }
    }

    /// The bytes of libsvm's table for `count` examples.
    static func bytes(examples count: Int) -> Int { count * (count + 1) * MemoryLayout<svm_node>.stride }

    /// The minimum for the kernel `[n, n]`; nil when it has values that are not finite.
    func solved(_ kernel: Tensor<Float>, cost: Double, tolerance: Double) -> PairSolution? {
        let count = examples.count
        guard kernel.withUnsafeElements({ $0.allSatisfy(\.isFinite) }) else { return nil }
        // A row of the table: its number, then its kernel with examples 1, 2, ….
        let nodes = UnsafeMutablePointer<svm_node>.allocate(capacity: count * (count + 1))
        defer { nodes.deallocate() }
        kernel.withUnsafeElements { values in
            for row in 0..<count {
                let line = nodes + row * (count + 1)
                line[0] = svm_node(index: 0, value: Double(row + 1))
                for column in 0..<count {
                    line[column + 1] = svm_node(index: Int32(column + 1), value: Double(values[row * count + column]))
                }
            }
        }
        var rows: [UnsafeMutablePointer<svm_node>?] = (0..<count).map { nodes + $0 * (count + 1) }
        var targets = targets
        svm_set_print_string_function { _ in }
        return rows.withUnsafeMutableBufferPointer { rows in
            targets.withUnsafeMutableBufferPointer { targets in
                var problem = svm_problem(l: Int32(count), y: targets.baseAddress, x: rows.baseAddress)
                var parameter = parameter(cost: cost, tolerance: tolerance)
                var model = svm_train(&problem, &parameter)
                defer { svm_free_and_destroy_model(&model) }
                return model.flatMap { solution($0.pointee) }
            }
        }
    }

    private func parameter(cost: Double, tolerance: Double) -> svm_parameter {
        var parameter = svm_parameter()
        parameter.svm_type = Int32(C_SVC)
        parameter.kernel_type = Int32(PRECOMPUTED)
        (parameter.C, parameter.eps) = (cost, tolerance)
        // Rows of the kernel are only copied from the table, so few need to be kept.
        parameter.cache_size = 64
        parameter.shrinking = 1
        return parameter
    }

    /// libsvm numbers the examples from 1; the first class has the positive side.
    private func solution(_ model: svm_model) -> PairSolution {
        let found = (0..<Int(model.l)).map { index in
            (examples[Int(model.sv_indices[index]) - 1], Float(model.sv_coef[0]![index]))
        }
        return PairSolution(coefficients: found, offset: Float(model.rho[0]))
    }
}

/// The solution for two classes: the nonzero `αₙ yₙ` of the examples, and ρ.
struct PairSolution {
    let coefficients: [(example: Int, value: Float)]
    let offset: Float
}
