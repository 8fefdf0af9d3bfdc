import Gradus
import Testing

/// Properties of tensor operations for random shapes, each checked element by element or by an identity.
@Suite struct TensorPropertyTests {
    private static let seeds = Array(0..<60)

    /// For a linear map A, `⟨A x, y⟩ = ⟨x, Aᵀ y⟩`; Aᵀ y is the gradient of the left side.
    @Test(arguments: seeds) func linearMapsAndTheirGradientsAreAdjoint(_ seed: Int) {
        var draw = Draw(seed)
        let shape = draw.shape(rank: 3)
        let axis = draw.below(3)
        let n = shape[axis]
        let from = draw.below(n)
        let range = from..<(from + 1 + draw.below(n - from))
        let step = 1 + draw.below(3)
        let indices = Tensor<Int32>(draw.indices(1 + draw.below(6), below: shape[0]))
        let padding = (0..<3).map { _ in (before: draw.below(3), after: draw.below(3)) }
        let permutation = draw.permutation(3)
        let maps: [(String, (Tensor<Double>) -> Tensor<Double>)] = [
            ("slice", { $0.slice(axis: axis, range, step: step) }),
            ("padded", { $0.padded(padding, with: 0) }),
            ("transposed", { $0.transposed(permutation) }),
            ("flipped", { $0.flipped(axes: [axis]) }),
            ("sum", { $0.sum(axes: [axis]) }),
            ("mean", { $0.mean(axes: [axis], keepingAxes: true) }),
            ("broadcast", { $0.expandingShape(at: 0).broadcast(to: [4] + shape) }),
            ("gathering", { $0.gathering(indices) }),
            ("cumulativeSum", { $0.cumulativeSum(axis: axis) }),
            ("concatenated", { .concatenated([$0, $0 * 2, $0], axis: axis) }),
            ("split", { $0.split(lengths: [from, n - from], axis: axis)[1] }),
            ("imageToColumns", { $0.expandingShape(at: 0).imageToColumns(kernel: 1, stride: Extent2D(step, 1)) }),
        ]
        let x = draw.tensor(shape)
        for (name, map) in maps {
            let y = draw.tensor(map(x).shape)
            let (value, gradient) = valueWithGradient(at: x) { (map($0) * y).sum() }
            let difference = abs((gradient * x).sum().item - value.item)
            #expect(
                difference <= 1e-12 * (1 + (gradient * x).absoluteValue().sum().item),
                "\(name) of \(shape), seed \(seed)")
        }
    }

    @Test(arguments: seeds) func broadcastingRepeatsAxesOfLengthOne(_ seed: Int) {
        var draw = Draw(seed)
        let shape = draw.shape(rank: 1 + draw.below(4))
        let aShape = shape.map { draw.below(3) == 0 ? 1 : $0 }
        let bShape = Array(
            zip(shape, aShape).map { draw.below(3) == 0 && $1 == $0 ? 1 : $0 }.dropFirst(draw.below(shape.count)))
        let (a, b) = (draw.tensor(aShape), draw.tensor(bShape))
        let sum = a - b
        for position in positions(sum.shape) {
            let (x, y) = (element(a, position), element(b, position))
            #expect(element(sum, position) == x - y, "\(aShape) and \(bShape) at \(position)")
        }
    }

    @Test(arguments: seeds) func reductionsAgreeWithLoops(_ seed: Int) {
        var draw = Draw(seed)
        let shape = draw.shape(rank: 1 + draw.below(4))
        let axes = shape.indices.filter { _ in draw.below(2) == 0 }
        let x = draw.tensor(shape)
        var sums: [[Int]: Double] = [:]
        var largest: [[Int]: Double] = [:]
        for position in positions(shape) {
            let kept = position.indices.map { axes.contains($0) ? 0 : position[$0] }
            sums[kept, default: 0] += element(x, position)
            largest[kept] = Swift.max(largest[kept] ?? -.infinity, element(x, position))
        }
        let (sum, max) = (x.sum(axes: axes, keepingAxes: true), x.max(axes: axes, keepingAxes: true))
        for position in positions(sum.shape) {
            #expect(abs(element(sum, position) - sums[position]!) < 1e-12, "sum of \(shape) over \(axes)")
            #expect(element(max, position) == largest[position]!, "max of \(shape) over \(axes)")
        }
    }

    @Test(arguments: seeds) func sortingIsAStablePermutation(_ seed: Int) {
        var draw = Draw(seed)
        // Few distinct values, so that many are equal.
        let row = (0..<(1 + draw.below(300))).map { _ in Float(draw.below(7)) }
        for descending in [false, true] {
            let order = Tensor(row).argsort(descending: descending).scalars.map(Int.init)
            let expected = row.indices.sorted {
                row[$0] == row[$1] ? $0 < $1 : (row[$0] < row[$1]) != descending
            }
            #expect(order == expected)
        }
        let k = 1 + draw.below(row.count)
        #expect(Tensor(row).topK(k).values.scalars == Array(row.sorted(by: >).prefix(k)))
    }

    @Test(arguments: seeds) func joiningUndoesSplitting(_ seed: Int) {
        var draw = Draw(seed)
        let shape = draw.shape(rank: 1 + draw.below(3))
        let axis = draw.below(shape.count)
        let x = draw.tensor(shape)
        let cut = draw.below(shape[axis] + 1)
        let parts = x.split(lengths: [cut, 0, shape[axis] - cut], axis: axis)
        #expect(Tensor.concatenated(parts, axis: axis) == x)
        #expect(Tensor.stacked(x.unstacked()) == x)
        let permutation = draw.permutation(shape.count)
        let inverse = permutation.indices.map { permutation.firstIndex(of: $0)! }
        #expect(x.transposed(permutation).transposed(inverse) == x)
        let padding = shape.map { _ in (before: draw.below(3), after: draw.below(3)) }
        var inner = x.padded(padding, with: .nan)
        for (axis, pad) in padding.enumerated() {
            inner = inner.slice(axis: axis, pad.before..<(pad.before + shape[axis]))
        }
        #expect(inner == x)
    }

    @Test(arguments: seeds) func productsAgreeWithLoops(_ seed: Int) {
        var draw = Draw(seed)
        let (m, k, n) = (1 + draw.below(40), 1 + draw.below(40), 1 + draw.below(40))
        let (a, b) = (draw.tensor([m, k]), draw.tensor([k, n]))
        let expected = (0..<(m * n)).map { i in
            (0..<k).reduce(0.0) { $0 + a.scalars[i / n * k + $1] * b.scalars[$1 * n + i % n] }
        }
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            let product = matmul(
                transposeA ? a.transposed() : a, transposeA: transposeA, transposeB ? b.transposed() : b,
                transposeB: transposeB)
            let difference = zip(product.scalars, expected).map { abs($0 - $1) }.max()!
            #expect(difference < 1e-12 * Double(k), "\(m) × \(k) × \(n), \(transposeA), \(transposeB)")
        }
    }

    /// All positions of a shape in row-major order.
    private func positions(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { prefixes, length in prefixes.flatMap { prefix in (0..<length).map { prefix + [$0] } } }
    }

    /// The element at a position of a shape that `x` broadcasts to.
    private func element(_ x: Tensor<Double>, _ position: [Int]) -> Double {
        let own = position.suffix(x.rank)
        return x.scalars[zip(own, x.shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }]
    }
}

/// Random sizes and tensors from a seed.
private struct Draw {
    private let random: RandomGenerator
    private var words: RandomWords

    init(_ seed: Int) {
        random = RandomGenerator(seed: UInt64(seed))
        words = RandomWords(random)
    }

    mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &words) }
    mutating func shape(rank: Int) -> [Int] { (0..<rank).map { _ in 1 + below(6) } }
    mutating func indices(_ count: Int, below n: Int) -> [Int32] { (0..<count).map { _ in Int32(below(n)) } }
    mutating func permutation(_ n: Int) -> [Int] { Array(0..<n).shuffled(using: &words) }
    func tensor(_ shape: [Int]) -> Tensor<Double> { Tensor(normal: shape, using: random) }
}
