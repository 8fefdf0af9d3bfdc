import Foundation
import Gradus
import GradusModels
import GradusTraining

/// One kernel family on one size: its time, and its speed in the unit that limits it.
struct Family: Sendable {
    /// What limits the kernel.
    enum Work: Sendable {
        /// Multiply-adds.
        case arithmetic(Int)
        /// Numbers of four bytes that are read and written at least.
        case memory(Int)
        /// Parameters that are found.
        case parameters(Int)
    }

    let name: String
    let work: Work
    let prepare: @Sendable () -> () -> Void

    /// The median time of a call in seconds, and the speed as text.
    func measured(seconds limit: Double) -> (seconds: Double, speed: Double, unit: String) {
        let body = prepare()
        body()
        var times: [Double] = []
        let end = ProcessInfo.processInfo.systemUptime + limit
        while times.count < 5 || ProcessInfo.processInfo.systemUptime < end {
            let start = ProcessInfo.processInfo.systemUptime
            body()
            times.append(ProcessInfo.processInfo.systemUptime - start)
        }
        let median = times.sorted()[times.count / 2]
        switch work {
        case .arithmetic(let multiplyAdds): return (median, 2e-9 * Double(multiplyAdds) / median, "GFLOP/s")
        case .memory(let numbers): return (median, 4e-9 * Double(numbers) / median, "GB/s")
        case .parameters(let count): return (median, 1e-6 * Double(count) / median, "million/s")
        }
    }
}

/// Prints the speed of each family of kernels.
func showFamilies(_ chosen: [Family], seconds: Double) {
    for benchmark in chosen {
        let (time, speed, unit) = benchmark.measured(seconds: seconds)
        let name = benchmark.name + String(repeating: " ", count: max(1, 58 - benchmark.name.count))
        show(name + String(format: "%9.3f ms %7.1f ", 1000 * time, speed) + unit)
    }
}

/// Each family of kernels on sizes that the workloads have.
let families: [Family] =
    [
        product(512, 512, 512), product(100, 3136, 1024), product(2500, 512, 2048), product(2560, 512, 7709),
        weightGradients(100, 3136, 1024), weightGradients(2500, 512, 2048), weightGradients(2560, 512, 7709),
        Family(name: "product [100, 1024] [3136, 1024]ᵀ", work: .arithmetic(100 * 1024 * 3136)) {
            let (a, b) = (random([100, 1024]), random([3136, 1024]))
            return { _ = matmul(a, b, transposeB: true) }
        },
    ]
    + [
        (128, 32, 16, 16, 3, 1), (128, 8, 64, 64, 3, 1), (100, 14, 32, 64, 5, 1), (64, 32, 64, 128, 4, 2),
        (64, 8, 256, 512, 4, 2),
        (100, 28, 1, 32, 5, 1),
    ].flatMap {
        convolutions($0.0, $0.1, $0.2, $0.3, kernel: $0.4, stride: $0.5)
    }
    + [128, 512].flatMap(recurrences)
    + [
        elementwise("exp") { $0.exp() }, elementwise("tanh") { $0.tanh() }, elementwise("sigmoid") { $0.sigmoid() },
        elementwise("relu") { $0.relu() }, elementwise("dropout") { dropout($0, rate: 0.5) },
        elementwise("softmax of rows of 1024") { $0.reshaped(to: [-1, 1024]).softmax() },
        elementwise("transpose 1024 × 2048") { $0.reshaped(to: [1024, 2048]).transposed() },
        elementwise("layer norm of rows of 512") { $0.reshaped(to: [-1, 512]).rowsNormalized() },
        elementwise("max pool 2 × 2, 32 channels", writes: 1 << 19) {
            maxPool($0.reshaped(to: [64, 32, 32, 32]), kernel: 2)
        },
        elementwise("sum", writes: 0) { $0.sum() },
        Family(name: "batch norm and ReLU [128, 32, 32, 16]", work: .memory(3 << 21)) {
            let (x, s) = (random([128, 32, 32, 16]), Tensor<Float>(ones: [16]))
            return { _ = batchNormalization(x, weight: s, bias: s, activation: .relu).output }
        },
        Family(name: "cross-entropy with gradient [2560, 7709]", work: .memory(3 * 2560 * 7709)) {
            let (x, labels) = (random([2560, 7709]), Tensor<Int32>(uniform: [2560], in: 0..<7709))
            return { _ = valueWithGradient(at: x) { softmaxCrossEntropy($0, labels) } }
        },
        Family(name: "embedding rows 2560 × 512 of 17191", work: .memory(2 * 2560 * 512)) {
            let (table, indices) = (random([17_191, 512]), Tensor<Int32>(uniform: [2560], in: 0..<17_191))
            return { _ = table.gathering(indices) }
        },
        optimizerStep("SGD, 3.2 million weights", numbers: 3, SGD(learningRate: 1e-3)),
        optimizerStep("Adam, 3.2 million weights", numbers: 7, Adam()),
        search("ResNet-110", CIFARResNet(depth: 110)), search("MobileNetV2", MobileNetV2()),
        search("a dense layer beside 100,000 words", LayerBesideWords()),
    ]

/// The walk over a model that finds its parameters, which each step begins with.
private func search(_ name: String, _ model: @autoclosure @escaping @Sendable () -> any Module) -> Family {
    let count = model().parameters.count
    return Family(name: "parameters of \(name)", work: .parameters(count)) {
        let model = model()
        return { _ = model.namedParameters() }
    }
}

private struct LayerBesideWords: Module {
    let words = (0..<100_000).map { "word \($0)" }
    let numbers = Dictionary(uniqueKeysWithValues: (0..<100_000).map { ("word \($0)", $0) })
    let dense = Dense(4, 4)
}

private func random(_ shape: [Int]) -> Tensor<Float> { Tensor(uniform: shape, from: -1, to: 1) }

private func product(_ m: Int, _ k: Int, _ n: Int) -> Family {
    Family(name: "product [\(m), \(k)] [\(k), \(n)]", work: .arithmetic(m * k * n)) {
        let (a, b) = (random([m, k]), random([k, n]))
        return { _ = matmul(a, b) }
    }
}

private func weightGradients(_ rows: Int, _ d: Int, _ m: Int) -> Family {
    Family(name: "outer products [\(rows), \(d)]ᵀ [\(rows), \(m)]", work: .arithmetic(rows * d * m)) {
        let (a, b) = (random([rows, d]), random([rows, m]))
        return { _ = matmul(a, transposeA: true, b) }
    }
}

/// Forward, with respect to the input and with respect to the weights; the last two include the forward pass.
private func convolutions(
    _ n: Int, _ side: Int, _ channels: Int, _ filters: Int, kernel: Int, stride: Int
) -> [Family] {
    let size = "\(n) × \(side) × \(side) × \(channels), \(filters) of \(kernel) × \(kernel), stride \(stride)"
    let work = n * (side / stride) * (side / stride) * channels * filters * kernel * kernel
    @Sendable func tensors() -> (Tensor<Float>, Tensor<Float>) {
        (random([n, side, side, channels]), random([kernel, kernel, channels, filters]))
    }
    @Sendable func apply(_ x: Tensor<Float>, _ w: Tensor<Float>) -> Tensor<Float> {
        convolution(x, w, stride: Extent2D(stride), padding: .same)
    }
    return [
        Family(name: "convolution \(size)", work: .arithmetic(work)) {
            let (x, w) = tensors()
            return { _ = apply(x, w) }
        },
        Family(name: "  and its input gradient", work: .arithmetic(2 * work)) {
            let (x, w) = tensors()
            let up = apply(x, w)
            return { _ = valueWithGradient(at: x) { gradientOnly(apply($0, w), up) } }
        },
        Family(name: "  and its weight gradient", work: .arithmetic(2 * work)) {
            let (x, w) = tensors()
            let up = apply(x, w)
            return { _ = valueWithGradient(at: w) { gradientOnly(apply(x, $0), up) } }
        },
    ]
}

/// A layer of 50 rows and 50 steps, forward and with all gradients.
private func recurrences(_ units: Int) -> [Family] {
    let work = 2500 * 8 * units * units
    return [
        Family(name: "LSTM of \(units), 50 × 50", work: .arithmetic(work)) {
            let (layer, x) = (LSTM(units, units), random([50, 50, units]))
            return { _ = layer(x, .inference) }
        },
        Family(name: "  and its gradients", work: .arithmetic(3 * work)) {
            let (layer, x) = (LSTM(units, units), Parameter(random([50, 50, units])))
            let model = WithInput(layer: layer, input: x)
            return { _ = valueWithGradient(at: model) { layer(x.value, .training).sum() } }
        },
    ]
}

/// An operation on two million numbers.
private func elementwise(
    _ name: String, writes: Int = 1 << 21, _ body: @escaping @Sendable (Tensor<Float>) -> Tensor<Float>
) -> Family {
    Family(name: name, work: .memory((1 << 21) + writes)) {
        let x = random([1 << 21])
        return { _ = body(x) }
    }
}

private func optimizerStep(
    _ name: String, numbers: Int, _ make: @autoclosure @escaping @Sendable () -> any Optimizer
) -> Family {
    Family(name: name, work: .memory(numbers * 3136 * 1024)) {
        let (layer, optimizer) = (Dense(3136, 1024), make())
        let x = random([1, 3136])
        let (_, gradients) = valueWithGradient(at: layer) { layer(x, .training).sum() }
        return { optimizer.update(layer, along: gradients) }
    }
}
