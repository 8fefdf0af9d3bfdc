import CLibLinear
import Foundation
import Gradus

/// A linear support vector machine with squared hinge loss, one class against the rest for each class (Fan et al. 2008).
///
/// For each class it minimizes `½|w|² + C Σₙ max(0, 1 − yₙ wᵀxₙ)²`, with y = 1 for the class and −1 for the others, and a
/// constant feature of 1 for the bias. The solver is liblinear's.
public struct LinearSVM: Sendable {
    /// The weights of each class, the bias last, `[D + 1, K]`.
    public let weights: Tensor<Float>
    /// The class of each column.
    public let classes: [Int32]

    /// The optimization method.
    public enum Solver: Sendable {
        /// Coordinate descent on the dual problem: fast, also with many features; stops after 1,000 passes.
        case dual
        /// Newton's method with a trust region on the primal problem: slower, but more stable for large C.
        case primal

        fileprivate var type: Int32 { Int32(self == .dual ? L2R_L2LOSS_SVC_DUAL : L2R_L2LOSS_SVC) }
    }

    /// Learns from the rows of `features`, `[N, D]`, and their classes, `[N]`.
    ///
    /// liblinear stores 16 bytes for each nonzero feature, so N rows of D numbers take up to `16 · N · D` bytes.
    ///
    /// - Parameters:
    ///   - cost: C; a larger one penalizes mistakes more. Scale features to about 1 first.
    ///   - tolerance: the stopping criterion.
    /// - Throws: ``SVMError`` when features are not finite, or there are fewer than two classes.
    /// - Traps: when the shapes disagree or `cost` is not positive.
    public init(
        _ features: Tensor<Float>, _ labels: Tensor<Int32>, cost: Double = 1, solver: Solver = .dual,
        tolerance: Double = 0.1
    ) throws(SVMError) {
        check(
            features.rank == 2 && labels.shape == [features.shape[0]],
            "LinearSVM: expected features [N, D] and labels [N], got \(features.shape) and \(labels.shape)")
        check(cost > 0 && tolerance > 0, "LinearSVM: expected a positive cost and tolerance")
        try requireClasses(labels)
        try requireFinite(features)
        let rows = SparseRows(features)
        // liblinear shuffles with the C library's global generator; a fixed seed makes the result reproducible.
        generatorLock.lock()
        defer { generatorLock.unlock() }
        srand(1)
        set_print_string_function { _ in }
        var (weights, classes): ([Float], [Int32]) = ([], [])
        var targets = labels.scalars.map { Double($0) }
        rows.withProblem(&targets) { problem in
            var parameter = parameter()
            parameter.solver_type = solver.type
            (parameter.eps, parameter.C) = (tolerance, cost)
            guard let model = train(&problem, &parameter) else { return }
            var owned: UnsafeMutablePointer<model>? = model
            defer { free_and_destroy_model(&owned) }
            let columns = model.pointee.nr_class == 2 ? 1 : Int(model.pointee.nr_class)
            let learned = UnsafeBufferPointer(start: model.pointee.w, count: (features.shape[1] + 1) * columns)
            classes = (0..<Int(model.pointee.nr_class)).map { Int32(model.pointee.label[$0]) }
            // For two classes liblinear has one plane, positive on the side of the first.
            weights = columns == 1 ? learned.flatMap { [Float($0), -Float($0)] } : learned.map { Float($0) }
        }
        self.classes = classes
        self.weights = Tensor(weights, shape: [features.shape[1] + 1, classes.count])
    }

    /// The score of each class for the rows of `features`, `[N, D]`: `[N, K]`, in the order of ``classes``.
    ///
    /// - Traps: when the rows have another length.
    public func scores(_ features: Tensor<Float>) -> Tensor<Float> {
        let count = weights.shape[0] - 1
        check(
            features.rank == 2 && features.shape[1] == count,
            "LinearSVM: expected features [N, \(count)], got \(features.shape)")
        return matmul(features, weights[0..<count]) + weights[count]
    }

    /// The class of each row of `features`, `[N]`.
    public func callAsFunction(_ features: Tensor<Float>) -> Tensor<Int32> {
        Tensor(scores(features).argmax().scalars.map { classes[Int($0)] })
    }
}

private let generatorLock = NSLock()

/// Sparse rows of liblinear: index and value of each nonzero number, 1 for the bias, and an end mark.
final class SparseRows {
    private let nodes: UnsafeMutablePointer<feature_node>
    private let starts: [Int]
    private let features: Int

    init(_ matrix: Tensor<Float>) {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        features = columns
        var (starts, count): ([Int], Int) = ([], 0)
        nodes = matrix.withUnsafeElements { values in
            let filled = values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            let nodes = UnsafeMutablePointer<feature_node>.allocate(capacity: filled + 2 * rows)
            for row in 0..<rows {
                starts.append(count)
                for column in 0..<columns where values[row * columns + column] != 0 {
                    nodes[count] = feature_node(
                        index: Int32(column + 1), value: Double(values[row * columns + column]))
                    count += 1
                }
                nodes[count] = feature_node(index: Int32(columns + 1), value: 1)
                nodes[count + 1] = feature_node(index: -1, value: 0)
                count += 2
            }
            return nodes
        }
        self.starts = starts
    }

    deinit { nodes.deallocate() }

    /// Calls `body` with the rows and their targets as a problem of liblinear, valid during the call.
    func withProblem(_ targets: inout [Double], _ body: (inout problem) -> Void) {
        var rows: [UnsafeMutablePointer<feature_node>?] = starts.map { nodes + $0 }
        rows.withUnsafeMutableBufferPointer { rows in
            targets.withUnsafeMutableBufferPointer { targets in
                var described = problem(
                    l: Int32(rows.count), n: Int32(features + 1), y: targets.baseAddress, x: rows.baseAddress, bias: 1)
                body(&described)
            }
        }
    }
}
