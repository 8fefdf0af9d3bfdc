import Gradus
import Testing

/// Random programs of calls in calls, against central differences.
@Suite struct RandomPrograms {
    @Test func thousandProgramsAgreeWithDifferences() {
        for seed in 0..<1000 {
            let program = RandomProgram(seed: UInt64(seed))
            let error = program.gradientError()
            #expect(error < 1e-5, "program \(seed)")
        }
    }
}

/// A function of two vectors whose closures may ask for gradients of others, at most three calls deep.
///
/// What a call without a graph returns is a constant. A run at the point where the gradient is taken notes these constants, and
/// the runs for the differences put them in place, so that they stay what they were.
private final class RandomProgram {
    private let seed: UInt64
    private var random: RandomGenerator
    /// Results of calls without a graph, in the order in which they ended.
    private var constants: [Tensor<Double>] = []
    private var next: Int?

    init(seed: UInt64) {
        self.seed = seed
        random = RandomGenerator(seed: seed)
    }

    func gradientError() -> Double {
        let inputs = (0..<2).map {
            Tensor<Double>(uniform: [3], from: -1, to: 1, using: RandomGenerator(seed: seed &* 2 + $0))
        }
        let (_, exact) = valueWithGradient(at: inputs) { run($0, isReplay: false) }
        let estimate = numericalGradients(at: inputs) { run($0, isReplay: true) }
        return zip(exact, estimate).map { a, n in
            let difference = (a - n).squared().sum().item.squareRoot()
            return difference / (1e-3 + a.squared().sum().item.squareRoot() + n.squared().sum().item.squareRoot())
        }.max()!
    }

    private func run(_ inputs: [Tensor<Double>], isReplay: Bool) -> Tensor<Double> {
        random = RandomGenerator(seed: seed)
        if !isReplay { constants = [] }
        next = isReplay ? 0 : nil
        var known = inputs.map { Value(tensor: $0, depth: 1) }
        grow(&known, depth: 1)
        return known.map { $0.tensor.sum() }.reduce(Tensor(0), +)
    }

    /// A vector, and the innermost call that it depends on.
    private struct Value {
        var tensor: Tensor<Double>
        var depth: Int
    }

    private func choose(_ count: Int) -> Int { Int(Tensor<Int32>(uniform: [1], in: 0..<count, using: random).item) }

    /// Adds some values computed from those that are known.
    private func grow(_ known: inout [Value], depth: Int) {
        for _ in 0..<(2 + choose(3)) {
            let (a, b) = (known[choose(known.count)], known[choose(known.count)])
            let deepest = max(a.depth, b.depth)
            switch choose(depth < 4 ? 9 : 6) {
            case 0: known.append(Value(tensor: a.tensor.tanh(), depth: a.depth))
            case 1: known.append(Value(tensor: a.tensor.sin(), depth: a.depth))
            case 2: known.append(Value(tensor: a.tensor.tanh() * b.tensor.sigmoid(), depth: deepest))
            case 3: known.append(Value(tensor: (a.tensor - b.tensor) * 0.5, depth: deepest))
            case 4: known.append(Value(tensor: a.tensor / (b.tensor.squared() + 1), depth: deepest))
            case 5: known.append(Value(tensor: a.tensor.softmax() * 0.7 + b.tensor.sum().tanh(), depth: deepest))
            default: call(&known, at: a, depth: depth + 1)
            }
        }
    }

    /// An inner call, with or without a graph, at a value or at a constant.
    private func call(_ known: inout [Value], at point: Value, depth: Int) {
        let createsGraph = choose(3) > 0
        let isConstant = choose(4) == 0
        let at = isConstant ? Tensor<Double>([0.3, -0.2, 0.5]) : point.tensor
        let outer = known
        var kept: [Value] = []
        let (value, gradient) = valueWithGradient(at: at, createGraph: createsGraph) { x in
            var inner = outer + [Value(tensor: x, depth: depth)]
            grow(&inner, depth: depth)
            // What was computed here of outer values only outlives this call.
            kept = inner[(outer.count + 1)...].filter { $0.depth < depth }
            return inner.reduce(x.squared().sum()) { $0 + $1.tensor.sum() * 0.5 }
        }
        if createsGraph {
            let deepest = max(isConstant ? 0 : point.depth, outer.map(\.depth).max()!)
            known += [
                Value(tensor: gradient * 0.3, depth: deepest),
                Value(tensor: (value * 0.1).tanh() * gradient, depth: deepest),
            ]
        } else {
            known.append(Value(tensor: held(gradient), depth: 0))
        }
        known += kept
    }

    /// A constant: noted in the first run, and the one that was noted in the others.
    private func held(_ tensor: Tensor<Double>) -> Tensor<Double> {
        guard let place = next else {
            constants.append(tensor)
            return tensor
        }
        next = place + 1
        return constants[place]
    }
}
