import Gradus

/// Sums and their like, of everything, along rows of a thousand, and along columns.
let reductionKernels: [Kernel] = [
    of("sum") { $0.sum() }, of("sum of rows") { $0.sum(axes: [1]) }, of("sum of columns") { $0.sum(axes: [0]) },
    of("mean") { $0.mean() }, of("mean of rows") { $0.mean(axes: [1]) },
    of("max") { $0.max() }, of("max of rows") { $0.max(axes: [1]) }, of("max of columns") { $0.max(axes: [0]) },
    of("min of rows") { $0.min(axes: [1]) },
    of("variance") { $0.variance() }, of("variance of rows") { $0.variance(axes: [1]) },
    of("logSumExp of rows") { $0.logSumExp(axes: [1]) },
    of("softmax") { $0.softmax() }, gradient("softmax, gradient") { $0.softmax() },
    of("logSoftmax") { $0.logSoftmax() }, gradient("logSoftmax, gradient") { $0.logSoftmax() },
    of("layer norm") { $0.rowsNormalized() }, gradient("layer norm, gradient") { $0.rowsNormalized() },
    of("cumulativeSum") { $0.cumulativeSum() },
]

/// Which element comes first.
let orderingKernels: [Kernel] = [
    of("argmax") { $0.argmax() }, of("argmin") { $0.argmin() }, of("argmax of columns") { $0.argmax(axis: 0) },
    of("topK 10") { $0.topK(10) }, of("sort") { $0.sorted() }, of("argsort") { $0.argsort() },
    of("sort of one row") { $0.reshaped(to: [-1]).sorted() },
]

/// Elements put into other places.
let placementKernels: [Kernel] = [
    Kernel("gather rows of 100") { n in
        let table = Tensor<Float>(uniform: [1000, 100])
        let places = Tensor<Int32>(uniform: [n / 100], in: 0..<1000)
        return { _ = table.gathering(places) }
    },
    Kernel("scatter rows of 100") { n in
        let (base, added) = (Tensor<Float>(uniform: [1000, 100]), Tensor<Float>(uniform: [n / 100, 100]))
        let places = Tensor<Int32>(uniform: [n / 100], in: 0..<1000)
        return { _ = base.scatterAdding(added, at: places) }
    },
    Kernel("takeAlong") { n in
        let x = rows(n)
        let places = Tensor<Int32>(uniform: x.shape, in: 0..<1000)
        return { _ = x.takeAlong(places, axis: 1) }
    },
    Kernel("takeAlong, gradient") { n in
        let (x, upstream) = (rows(n), rows(n))
        let places = Tensor<Int32>(uniform: x.shape, in: 0..<1000)
        return { _ = valueWithGradient(at: x) { gradientOnly($0.takeAlong(places, axis: 1), upstream) } }
    },
    Kernel("oneHot 100") { n in
        let places = Tensor<Int32>(uniform: [n / 100], in: 0..<100)
        return { _ = places.oneHot(100) as Tensor<Float> }
    },
    Kernel("padded") { n in
        let x = Tensor<Float>(uniform: [n / 1000, 10, 10, 10])
        return { _ = x.padded([(0, 0), (1, 1), (1, 1), (0, 0)], with: 0) }
    },
    Kernel("joined along rows") { n in
        let (a, b) = (Tensor<Float>(uniform: [n / 1000, 500]), Tensor<Float>(uniform: [n / 1000, 500]))
        return { _ = Tensor.concatenated([a, b], axis: 1) }
    },
    Kernel("joined rows") { n in
        let (a, b) = (Tensor<Float>(uniform: [n / 2]), Tensor<Float>(uniform: [n / 2]))
        return { _ = Tensor.concatenated([a, b]) }
    },
    of("transposed") { $0.transposed() },
    of("slice of columns") { $0.slice(axis: 1, 250..<750) },
    of("flipped") { $0.flipped(axes: [1]) },
    Kernel("float to int") { n in
        let x = rows(n, from: -100, to: 100)
        return { _ = Tensor<Int32>(x) }
    },
    Kernel("max pool 2 × 2") { n in
        let x = Tensor<Float>(uniform: [n / 1000, 10, 10, 10])
        return { _ = maxPool(x, kernel: 2) }
    },
    Kernel("max pool 2 × 2, gradient") { n in
        let (x, upstream) = (
            Tensor<Float>(uniform: [n / 1000, 10, 10, 10]), Tensor<Float>(uniform: [n / 1000, 5, 5, 10])
        )
        return { _ = valueWithGradient(at: x) { gradientOnly(maxPool($0, kernel: 2), upstream) } }
    },
]

/// Losses with the gradient of their mean.
let lossKernels: [Kernel] = [
    Kernel("cross-entropy, gradient") { n in
        let x = rows(n)
        let labels = Tensor<Int32>(uniform: [x.shape[0]], in: 0..<1000)
        return { _ = valueWithGradient(at: x) { softmaxCrossEntropy($0, labels) } }
    },
    Kernel("binary cross-entropy, gradient") { n in
        let (x, targets) = (rows(n), rows(n, from: 0))
        return { _ = valueWithGradient(at: x) { binaryCrossEntropy($0, targets) } }
    },
    Kernel("squared error, gradient") { n in
        let (x, targets) = (rows(n), rows(n))
        return { _ = valueWithGradient(at: x) { meanSquaredError($0, targets) } }
    },
]

private func of<Result>(_ name: String, _ function: @escaping @Sendable (Tensor<Float>) -> Result) -> Kernel {
    Kernel(name) { n in
        let x = rows(n)
        return { _ = function(x) }
    }
}

private func gradient(_ name: String, _ function: @escaping @Sendable (Tensor<Float>) -> Tensor<Float>) -> Kernel {
    Kernel(name) { n in
        let (x, upstream) = (rows(n), rows(n))
        return { _ = valueWithGradient(at: x) { gradientOnly(function($0), upstream) } }
    }
}
