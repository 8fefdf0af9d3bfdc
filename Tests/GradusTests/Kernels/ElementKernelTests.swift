import CKernels
import Gradus
import Testing

/// What moves, compares, orders and counts elements agrees with plain loops, on every set of instructions.
struct ElementKernelTests {
    @Test func onTheProcessorsBestInstructions() { #expect(wrongElements() == nil) }

    @Test func onVersion3() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_V3)
            if let wrong = wrongElements() { fatalError(wrong) }
        }
    }

    @Test func onAnyProcessor() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_ANY)
            if let wrong = wrongElements() { fatalError(wrong) }
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let threads = Parallel.threads
        defer { Parallel.threads = threads }
        let x = Tensor<Float>(normal: [300_007], using: RandomGenerator(seed: 3))
        let table = x.slice(axis: 0, 0..<300_000).reshaped(to: [3000, 100])
        func results() -> [Tensor<Float>] {
            [
                x.cumulativeSum(), table.cumulativeSum(axis: 0), table.softmax(axis: 0), table.sorted(axis: 0),
                Tensor<Float>(x.argmax()), table.sum(axes: [0]), table.max(axes: [1]),
                Tensor<Float>(normal: [100_001], using: RandomGenerator(seed: 5)),
            ]
        }
        Parallel.threads = 1
        let alone = results()
        Parallel.threads = 3
        #expect(alone == results())
    }
}

/// Describes the first difference from a plain loop, if there is one.
private func wrongElements() -> String? {
    for n in [1, 3, 4, 5, 16, 33, 40, 64, 65, 257, 2100] {
        if let wrong = wrongRows(Tensor<Float>.awkward(n), n) ?? wrongRows(Tensor<Double>.awkward(n), n)
            ?? wrongRows(Tensor<Int32>(Tensor<Float>.awkward(n) * 3), n)
        {
            return wrong
        }
        if let wrong = wrongSums(Tensor<Float>.awkward(n), n) ?? wrongSums(Tensor<Double>.awkward(n), n) {
            return wrong
        }
    }
    for shape in [
        [7], [3, 5], [50, 3], [50, 4], [9, 70], [2, 3, 4], [5, 17, 3], [3, 20, 19], [2, 3, 4, 5], [20, 16, 33],
    ] {
        if let wrong = wrongMoves(shape) { return wrong }
    }
    return wrongConversions()
}

extension Tensor where Scalar: DifferentiableScalar {
    /// Three rows of n with equal elements, zeros of both signs, and in the last one NaN and infinities.
    fileprivate static func awkward(_ n: Int) -> Tensor {
        let x = Tensor(normal: [3, n], using: RandomGenerator(seed: UInt64(n)))
        var few = ((x * 4).rounded() / 4 + Tensor(Tensor<Float>(x)) * 0).scalars
        if n > 4 {
            (few[1], few[2]) = (-0.0, 0.0)
            (few[2 * n + 1], few[2 * n + n / 2], few[3 * n - 1]) = (.nan, .infinity, .nan)
            few[2 * n] = -.infinity
        }
        return Tensor(few, shape: [3, n])
    }
}

private func isNaN<Scalar: NumericScalar>(_ x: Scalar) -> Bool { x != x }

/// The order that is documented: NaN above all numbers.
private func precedes<Scalar: NumericScalar>(_ a: Scalar, _ b: Scalar) -> Bool { a < b || (!isNaN(a) && isNaN(b)) }

private func wrongRows<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ n: Int) -> String? {
    let rows = (0..<3).map { row in Array(x.scalars[(row * n)..<((row + 1) * n)]) }
    func order(_ row: [Scalar], descending: Bool) -> [Int32] {
        row.indices.sorted { descending ? precedes(row[$1], row[$0]) : precedes(row[$0], row[$1]) }.map { Int32($0) }
    }
    let name = "\(Scalar.self), rows of \(n)"
    for descending in [false, true] {
        let expected = Tensor(rows.flatMap { order($0, descending: descending) }, shape: [3, n])
        if x.argsort(descending: descending) != expected { return "argsort, \(name)" }
        let columns = x.transposed().argsort(axis: 0, descending: descending)
        if columns != expected.transposed() { return "argsort of columns, \(name)" }
    }
    let largest = Tensor(rows.map { order($0, descending: true)[0] }),
        smallest = Tensor(rows.map { order($0, descending: false)[0] })
    if x.argmax() != largest || x.transposed().argmax(axis: 0) != largest { return "argmax, \(name)" }
    if x.argmin() != smallest || x.transposed().argmin(axis: 0) != smallest { return "argmin, \(name)" }
    // Many short rows, and columns, at once.
    let many = Tensor.concatenated(Array(repeating: x, count: 50))
    let indices = Tensor<Int32>.concatenated(Array(repeating: largest, count: 50))
    if many.argmax() != indices || many.transposed().argmax(axis: 0) != indices { return "argmax of many, \(name)" }
    for k in Set([1, 2, n / 3, n / 2, n]) where k > 0 && k <= n {
        let expected = Tensor(rows.flatMap { order($0, descending: true).prefix(k) }, shape: [3, k])
        if let floats = x as? Tensor<Float>, floats.topK(k).indices != expected { return "topK \(k), \(name)" }
        if let doubles = x as? Tensor<Double>, doubles.topK(k).indices != expected { return "topK \(k), \(name)" }
    }
    // Comparisons: with a tensor, a row, a column, a number.
    let tests: [(String, (Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Bool>, (Scalar, Scalar) -> Bool)] = [
        (".==", { $0 .== $1 }, { $0 == $1 }), (".!=", { $0 .!= $1 }, { $0 != $1 }), (".<", { $0 .< $1 }, { $0 < $1 }),
        (".<=", { $0 .<= $1 }, { $0 <= $1 }), (".>", { $0 .> $1 }, { $0 > $1 }), (".>=", { $0 .>= $1 }, { $0 >= $1 }),
    ]
    let other = x.flipped(axes: [1]), row = x.slice(axis: 0, 1..<2), column = x.slice(axis: 1, 0..<1)
    for (token, compare, test) in tests {
        for y in [other, row, column, column.slice(axis: 0, 0..<1)] {
            let full = Tensor.concatenated([y.shape[0] == 1 ? Tensor.concatenated([y, y, y]) : y], axis: 0)
            let wide = full.shape[1] == n ? full : Tensor.concatenated(Array(repeating: full, count: n), axis: 1)
            let expected = Tensor<Bool>(zip(x.scalars, wide.scalars).map(test), shape: [3, n])
            let reversed = Tensor<Bool>(zip(wide.scalars, x.scalars).map(test), shape: [3, n])
            if compare(x, y) != expected || compare(y, x) != reversed { return "\(token) with \(y.shape), \(name)" }
            if compare(x, y).trueCount != expected.scalars.filter({ $0 }).count { return "trueCount, \(name)" }
        }
    }
    let half = Scalar(clamping: 1)
    if (x .< half) != Tensor<Bool>(x.scalars.map { $0 < half }, shape: [3, n]) { return ".< a number, \(name)" }
    return nil
}

private func wrongSums<Scalar: DifferentiableScalar>(_ awkward: Tensor<Scalar>, _ n: Int) -> String? {
    let x = `where`(awkward.clipped(-3, 3) .== awkward, awkward, Tensor(0.5))
    let name = "\(Scalar.self), rows of \(n)"
    func isNear(_ a: Tensor<Scalar>, _ b: [Double]) -> Bool {
        zip(a.scalars, b).allSatisfy { abs($0.asDouble - $1) <= 1e-5 * Swift.max(1, abs($1)) } && a.count == b.count
    }
    var running: [Double] = [], backward: [Double] = [], sums: [Double] = []
    for row in 0..<3 {
        let values = x.scalars[(row * n)..<((row + 1) * n)].map(\.asDouble)
        running += values.indices.map { values[...$0].reduce(0, +) }
        backward += values.indices.map { values[$0...].reduce(0, +) }
        sums.append(values.reduce(0, +))
    }
    if !isNear(x.cumulativeSum(), running) { return "cumulativeSum, \(name)" }
    if !isNear(x.transposed().cumulativeSum(axis: 0).transposed(), running) {
        return "cumulativeSum of columns, \(name)"
    }
    let weights = Tensor<Scalar>(ones: [3, n])
    let (_, gradient) = valueWithGradient(at: weights) { ($0.cumulativeSum() * x).sum() }
    if !isNear(gradient, backward) { return "gradient of cumulativeSum, \(name)" }
    if !isNear(x.sum(axes: [1]), sums) || !isNear(x.transposed().sum(axes: [0]), sums) { return "sum, \(name)" }
    let many = Tensor.concatenated(Array(repeating: x, count: 70))
    let manySums = Array((0..<70).map { _ in sums }.joined())
    if !isNear(many.sum(axes: [1]), manySums) { return "sum of many short rows, \(name)" }
    if !isNear(many.transposed().sum(axes: [0]), manySums) { return "sum of many columns, \(name)" }
    if !isNear(many.sum(axes: [0]), many.transposed().sum(axes: [1]).scalars.map(\.asDouble)) {
        return "sum of rows, \(name)"
    }
    let top = awkward.max(axes: [1]), bottom = Tensor.concatenated(Array(repeating: awkward, count: 70)).min(axes: [1])
    for row in 0..<3 {
        let values = Array(awkward.scalars[(row * n)..<((row + 1) * n)])
        let hasNaN = values.contains { $0 != $0 }
        if hasNaN ? top.scalars[row] == top.scalars[row] : top.scalars[row] != values.max()! { return "max, \(name)" }
        if hasNaN ? bottom.scalars[207 + row] == bottom.scalars[207 + row] : bottom.scalars[207 + row] != values.min()!
        {
            return "min, \(name)"
        }
    }
    let turned = x.transposed()
    for (a, b) in [(turned.softmax(axis: 0), x.softmax()), (turned.logSoftmax(axis: 0), x.logSoftmax())] {
        if !isNear(a.transposed(), b.scalars.map(\.asDouble)) { return "softmax of columns, \(name)" }
    }
    let isFinite = awkward.scalars.allSatisfy(\.isFinite)
    return awkward.isFinite == isFinite && x.isFinite ? nil : "isFinite, \(name)"
}

/// Transpositions, slices, padding, choices of elements of every size.
private func wrongMoves(_ shape: [Int]) -> String? {
    let count = shape.reduce(1, *)
    let numbers = Tensor<Int32>((0..<count).map { Int32($0) }, shape: shape)
    return wrongMoves(Tensor<Float>(numbers)) ?? wrongMoves(Tensor<Double>(numbers)) ?? wrongMoves(numbers)
        ?? wrongMoves(Tensor<UInt8>((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }, shape: shape))
}

private func wrongMoves<Scalar: NumericScalar>(_ x: Tensor<Scalar>) -> String? {
    let (shape, values) = (x.shape, x.scalars)
    let name = "\(Scalar.self) \(shape)"
    func places(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { all, n in all.flatMap { one in (0..<n).map { one + [$0] } } }
    }
    func at(_ place: [Int]) -> Scalar { values[zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }] }
    for axis in shape.indices {
        for other in shape.indices where other > axis {
            var target = shape
            target.swapAt(axis, other)
            let expected = places(target).map { place in
                var from = place
                from.swapAt(axis, other)
                return at(from)
            }
            if x.swappingAxes(axis, other).scalars != expected { return "swappingAxes \(axis), \(other), \(name)" }
        }
        if x.flipped(axes: [axis]).scalars
            != places(shape).map({ place in
                var from = place
                from[axis] = shape[axis] - 1 - place[axis]
                return at(from)
            })
        {
            return "flipped \(axis), \(name)"
        }
        var padding = shape.map { _ in (before: 0, after: 0) }
        padding[axis] = (2, 1)
        var target = shape
        target[axis] += 3
        let padded = x.padded(padding, with: 1)
        let expected = places(target).map { place -> Scalar in
            var from = place
            from[axis] -= 2
            return from[axis] >= 0 && from[axis] < shape[axis] ? at(from) : 1
        }
        if padded.shape != target || padded.scalars != expected { return "padded \(axis), \(name)" }
        if padded.slice(axis: axis, 2..<(2 + shape[axis])) != x { return "slice \(axis), \(name)" }
        if Tensor.concatenated(x.split(lengths: [1, shape[axis] - 1], axis: axis), axis: axis) != x {
            return "concatenated \(axis), \(name)"
        }
        let order = x.argsort(axis: axis, descending: true)
        let places = places(order.shape)
        if let floats = x as? Tensor<Float> {
            let taken = floats.takeAlong(order, axis: axis).scalars, chosen = order.scalars
            let expected = places.enumerated().map { index, place -> Float in
                var from = place
                from[axis] = Int(chosen[index])
                return at(from) as! Float
            }
            if taken != expected { return "takeAlong \(axis), \(name)" }
        }
    }
    let rows = Tensor<Int32>((0..<11).map { Int32($0 * 5 % shape[0]) })
    let gathered = x.gathering(rows)
    let width = values.count / shape[0]
    let expected = rows.scalars.flatMap { values[(Int($0) * width)..<(Int($0) * width + width)] }
    return gathered.scalars == expected ? nil : "gathering, \(name)"
}

private func wrongConversions() -> String? {
    let awkward: [Double] = [
        0, -0.0, 0.5, -0.5, 1.99, 254.6, 255.5, 256, -3.7, 2_147_483_520, 2_147_483_647, 3e9, -3e9, .nan, .infinity,
        -.infinity, 16_777_217,
    ]
    let x = Tensor<Double>((0..<5).flatMap { _ in awkward }), floats = Tensor<Float>(x)
    let integers = Tensor<Int32>(x)
    if floats.scalars.map(\.bitPattern) != x.scalars.map({ Float($0).bitPattern }) { return "Double to Float" }
    if integers.scalars != x.scalars.map(Int32.init(clamping:)) { return "Double to Int32" }
    if Tensor<Int32>(floats).scalars != floats.scalars.map({ Int32(clamping: Double($0)) }) { return "Float to Int32" }
    if Tensor<UInt8>(floats).scalars != floats.scalars.map({ UInt8(clamping: Double($0)) }) { return "Float to UInt8" }
    if Tensor<UInt8>(x).scalars != x.scalars.map(UInt8.init(clamping:)) { return "Double to UInt8" }
    if Tensor<UInt8>(integers).scalars != integers.scalars.map({ UInt8(clamping: Double($0)) }) {
        return "Int32 to UInt8"
    }
    if Tensor<Float>(integers).scalars != integers.scalars.map({ Float($0) }) { return "Int32 to Float" }
    let sum = Tensor<Int32>([Int32](repeating: 7, count: 100)) * 3 - Tensor<Int32>([5], shape: [1])
    return sum.scalars == [Int32](repeating: 16, count: 100) ? nil : "arithmetic of integers"
}
