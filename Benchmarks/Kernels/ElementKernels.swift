import Gradus

/// Functions of one number, forward, and for those with a derivative also forward and back. A new function is a line here
/// and one in `UNARY` of Benchmarks/kernels_torch.py.
let unaryKernels: [Kernel] =
    [
        unary("exp") { $0.exp() },
        unary("log", from: 0.1, to: 4) { $0.log() },
        unary("log1p", from: -0.5, to: 4) { $0.log1p() },
        unary("sqrt", from: 0.1, to: 4) { $0.squareRoot() },
        unary("square") { $0.squared() },
        unary("reciprocal", from: 0.1, to: 4) { $0.reciprocal() },
        unary("abs") { $0.absoluteValue() },
        unary("negative") { -$0 },
        unary("sin") { $0.sin() },
        unary("cos") { $0.cos() },
        unary("tanh") { $0.tanh() },
        unary("sigmoid") { $0.sigmoid() },
        unary("softplus") { $0.softplus() },
        unary("erf") { $0.erf() },
        unary("relu") { $0.relu() },
        unary("relu6") { $0.relu6() },
        unary("leakyRelu") { Activation.leakyRelu(slope: 0.2)($0) },
        unary("elu") { Activation.elu(alpha: 1)($0) },
        unary("gelu") { $0.gelu() },
        unary("silu") { $0.silu() },
        unary("power 1.7", from: 0.1, to: 4) { $0.power(1.7 as Float) },
        unary("power 3") { $0.power(3 as Float) },
        unary("clipped") { $0.clipped(-1, 1) },
        unary("add number") { $0 + 1.5 },
        unary("multiply by number") { $0 * 1.5 },
        unary("divide by number") { $0 / 1.5 },
        unary("divide number", from: 0.1, to: 4) { 1.5 / $0 },
        unary("sign", isDifferentiable: false) { $0.sign() },
        unary("floor", isDifferentiable: false) { $0.floor() },
        unary("round", isDifferentiable: false) { $0.rounded() },
    ].flatMap { $0 }

/// Functions of two numbers, of tensors of one shape and of rows with one row or one column.
let binaryKernels: [Kernel] =
    [
        binary("add") { $0 + $1 }, binary("subtract") { $0 - $1 }, binary("multiply") { $0 * $1 },
        binary("divide") { $0 / $1 }, binary("power") { $0.power($1) }, binary("maximum") { maximum($0, $1) },
        binary("minimum") { minimum($0, $1) },
    ].flatMap { $0 } + [
        Kernel("add a row") { n in
            let (x, y) = (rows(n), rows(1000)[0])
            return { _ = x + y }
        },
        Kernel("add a column") { n in
            let x = rows(n)
            let y = Tensor<Float>(uniform: [x.shape[0], 1])
            return { _ = x + y }
        },
        Kernel("add in place") { n in
            var (x, y) = (rows(n), rows(n, from: -1e-9, to: 1e-9))
            y *= Tensor(1e-9)
            return { x += y }
        },
    ]

/// Comparisons, masks and what is chosen by them.
let comparisonKernels: [Kernel] = [
    comparison("greater than tensor") { $0 .> $1 }, comparison("equal to tensor") { $0 .== $1 },
    comparison("less or equal to tensor") { $0 .<= $1 },
    comparison("greater than number") { x, _ in x .> 0.1 }, comparison("equal to number") { x, _ in x .== 0.1 },
    Kernel("and") { n in
        let (a, b) = (rows(n) .> 0, rows(n) .> 0)
        return { _ = a && b }
    },
    Kernel("not") { n in
        let a = rows(n) .> 0
        return { _ = !a }
    },
    Kernel("where") { n in
        let (mask, a, b) = (rows(n) .> 0, rows(n), rows(n))
        return { _ = `where`(mask, a, b) }
    },
    Kernel("count of true") { n in
        let a = rows(n) .> 0
        return { _ = a.trueCount }
    },
    Kernel("all finite") { n in
        let a = rows(n)
        return { _ = a.isFinite }
    },
]

private func unary(
    _ name: String, from low: Double = -3, to high: Double = 3, isDifferentiable: Bool = true,
    _ function: @escaping @Sendable (Tensor<Float>) -> Tensor<Float>
) -> [Kernel] {
    let forward = Kernel(name) { n in
        let x = rows(n, from: low, to: high)
        return { _ = function(x) }
    }
    let both = Kernel("\(name), gradient") { n in
        let (x, upstream) = (rows(n, from: low, to: high), rows(n))
        return { _ = valueWithGradient(at: x) { gradientOnly(function($0), upstream) } }
    }
    return isDifferentiable ? [forward, both] : [forward]
}

private func binary(
    _ name: String, _ function: @escaping @Sendable (Tensor<Float>, Tensor<Float>) -> Tensor<Float>
) -> [Kernel] {
    [
        Kernel(name) { n in
            let (x, y) = (rows(n, from: 0.5, to: 2), rows(n, from: 0.5, to: 2))
            return { _ = function(x, y) }
        },
        Kernel("\(name), gradient") { n in
            let (y, upstream) = (rows(n, from: 0.5, to: 2), rows(n))
            let x = rows(n, from: 0.5, to: 2)
            return { _ = valueWithGradient(at: x) { gradientOnly(function($0, y), upstream) } }
        },
    ]
}

private func comparison(
    _ name: String, _ function: @escaping @Sendable (Tensor<Float>, Tensor<Float>) -> Tensor<Bool>
) -> Kernel {
    Kernel(name) { n in
        let (x, y) = (rows(n), rows(n))
        return { _ = function(x, y) }
    }
}
