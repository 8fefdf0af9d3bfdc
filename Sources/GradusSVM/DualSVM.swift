import Gradus

/// A support vector machine in its dual form, which needs only the kernel between examples (Boser, Guyon & Vapnik 1992).
///
/// For each pair of classes libsvm's sequential minimal optimization finds the minimum of
/// `½ Σₙₘ αₙ αₘ yₙ yₘ K(n, m) − Σₙ αₙ` with `0 ≤ αₙ ≤ C` and `Σₙ αₙ yₙ = 0`, y being 1 for the first class and −1 for the second.
/// The decision between them is the sign of `Σₙ αₙ yₙ K(n, ·) − ρ`.
public struct DualSVM: Sendable {
    /// The classes in ascending order.
    public let classes: [Int32]
    /// `αₙ yₙ` of each of the N examples for each pair of classes, `[N, K (K − 1) / 2]`; pairs are (0, 1), (0, 2), …, (1, 2), ….
    public let coefficients: Tensor<Float>
    /// ρ of each pair, `[K (K − 1) / 2]`.
    public let offsets: Tensor<Float>

    /// Learns from the kernel between examples.
    ///
    /// A pair of classes with n examples takes `16 n²` bytes for its kernel's table. Pairs are learned in parallel as far as
    /// `memoryLimit` allows, with the same result.
    ///
    /// - Parameters:
    ///   - labels: the class of each example, `[N]`.
    ///   - cost: C; a larger one penalizes mistakes more.
    ///   - tolerance: the largest violation of the conditions of a minimum.
    ///   - memoryLimit: bytes for all tables together.
    ///   - kernel: K between the examples of the given numbers, `[n, n]`; called from several threads.
    /// - Throws: ``SVMError`` when there are fewer than two classes, when a table would need more than `memoryLimit`, or when
    ///   the kernel has values that are not finite.
    /// - Traps: when `cost` or `tolerance` is not positive, or a kernel has the wrong shape.
    public init(
        _ labels: Tensor<Int32>, cost: Double = 1, tolerance: Double = 1e-3, memoryLimit: Int = 4 << 30,
        kernel: @Sendable ([Int]) -> Tensor<Float>
    ) throws(SVMError) {
        check(cost > 0 && tolerance > 0, "DualSVM: expected a positive cost and tolerance")
        try requireClasses(labels)
        let found = Set(labels.scalars).sorted()
        var members = [[Int]](repeating: [], count: found.count)
        let numbers = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
        for (example, label) in labels.scalars.enumerated() { members[numbers[label]!].append(example) }
        let examples = members
        let pairs = ClassPairs(count: found.count)
        let largest = pairs.all.map { members[$0.0].count + members[$0.1].count }.max() ?? 0
        let bytes = PairProblem.bytes(examples: largest)
        guard bytes <= memoryLimit else {
            throw SVMError(
                description: "the kernel of \(largest) examples of two classes needs \(bytes >> 20) MiB, more than the "
                    + "\(memoryLimit >> 20) allowed; learn from fewer examples, or allow more memory")
        }

        var solutions = [PairSolution?](repeating: nil, count: pairs.all.count)
        let atOnce = max(1, min(Parallel.threads, memoryLimit / bytes))
        for start in stride(from: 0, to: pairs.all.count, by: atOnce) {
            let count = min(atOnce, pairs.all.count - start)
            solutions.withUnsafeMutableBufferPointer { solutions in
                nonisolated(unsafe) let solutions = solutions
                Parallel.forEach(count) { index in
                    let (a, b) = pairs.all[start + index]
                    let problem = PairProblem(first: examples[a], second: examples[b])
                    let values = kernel(problem.examples)
                    check(
                        values.shape == [problem.examples.count, problem.examples.count],
                        "DualSVM: expected the kernel of \(problem.examples.count) examples, got \(values.shape)")
                    solutions[start + index] = problem.solved(values, cost: cost, tolerance: tolerance)
                }
            }
        }
        guard let all = solutions as? [PairSolution] else {
            throw SVMError(description: "a kernel's values must be finite; some are NaN or infinite")
        }
        classes = found
        offsets = Tensor(all.map(\.offset))
        var table = [Float](repeating: 0, count: labels.count * all.count)
        for (pair, solution) in all.enumerated() {
            for (example, value) in solution.coefficients { table[example * all.count + pair] = value }
        }
        coefficients = Tensor(table, shape: [labels.count, all.count])
    }

    private init(_ machine: DualSVM, keeping examples: [Int]) {
        (classes, offsets) = (machine.classes, machine.offsets)
        coefficients = machine.coefficients.gathering(Tensor(examples.map { Int32($0) }))
    }

    /// The examples with a coefficient that is not 0: all that the machine needs.
    public var supportVectors: [Int] {
        let pairs = coefficients.shape[1]
        return coefficients.withUnsafeElements { values in
            (0..<coefficients.shape[0]).filter { row in (0..<pairs).contains { values[row * pairs + $0] != 0 } }
        }
    }

    /// The same machine with some of its examples, in their order; the coefficients of the others are lost.
    func keeping(_ examples: [Int]) -> DualSVM { DualSVM(self, keeping: examples) }

    /// The decisions of each pair, `[M, K (K − 1) / 2]`, positive for its first class.
    ///
    /// - Parameter kernel: K between the rows to classify and the machine's examples, `[M, N]`.
    /// - Traps: when the kernel has another number of columns.
    public func decisions(kernel: Tensor<Float>) -> Tensor<Float> {
        check(
            kernel.rank == 2 && kernel.shape[1] == coefficients.shape[0],
            "DualSVM: expected a kernel [M, \(coefficients.shape[0])], got \(kernel.shape)")
        return matmul(kernel, coefficients) - offsets
    }

    /// The class of each row of decisions, `[M]`: the one that wins most pairs, or the lowest of several.
    public func classes(deciding decisions: Tensor<Float>) -> Tensor<Int32> {
        let pairs = ClassPairs(count: classes.count)
        return decisions.withUnsafeElements { values in
            Tensor(
                (0..<decisions.shape[0]).map { row in
                    var votes = [Int](repeating: 0, count: classes.count)
                    for (index, pair) in pairs.all.enumerated() {
                        votes[values[row * pairs.all.count + index] > 0 ? pair.0 : pair.1] += 1
                    }
                    return classes[votes.firstIndex(of: votes.max() ?? 0) ?? 0]
                })
        }
    }

    /// The class of each row of a kernel, `[M]`.
    public func callAsFunction(kernel: Tensor<Float>) -> Tensor<Int32> {
        classes(deciding: decisions(kernel: kernel))
    }
}

/// All pairs of classes in order.
struct ClassPairs {
    let all: [(Int, Int)]

    init(count: Int) { all = (0..<count).flatMap { a in ((a + 1)..<max(count, a + 1)).map { (a, $0) } } }
}

/// A failure to train a support vector machine.
public struct SVMError: Error, Equatable, CustomStringConvertible {
    /// What was found and what was expected.
    public let description: String
}

/// Throws unless there are two classes or more.
func requireClasses(_ labels: Tensor<Int32>) throws(SVMError) {
    let found = Set(labels.scalars)
    guard found.count > 1 else {
        throw SVMError(description: "a support vector machine needs two classes, got \(found.count)")
    }
}

/// Throws when a feature is NaN or infinite.
func requireFinite(_ features: Tensor<Float>) throws(SVMError) {
    guard features.withUnsafeElements({ $0.allSatisfy(\.isFinite) }) else {
        throw SVMError(description: "a support vector machine needs finite features; some are NaN or infinite")
    }
}
