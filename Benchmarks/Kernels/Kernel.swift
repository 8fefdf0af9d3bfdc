import Foundation
import Gradus
import GradusTraining

/// One function of tensors on chosen numbers of elements, the same as under its name in Benchmarks/kernels_torch.py.
struct Kernel: Sendable {
    let name: String
    /// Elements, or for attention places.
    let sizes: [Int]
    /// Makes the tensors of a size and returns the call.
    let prepare: @Sendable (Int) -> () -> Void

    init(
        _ name: String, sizes: [Int] = [1_000, 100_000, 10_000_000], _ prepare: @escaping @Sendable (Int) -> () -> Void
    ) {
        (self.name, self.sizes, self.prepare) = (name, sizes, prepare)
    }
}

/// What timing a kernel gave.
struct KernelTime: Codable {
    let name: String
    let size: Int
    let threads: Int
    /// Nanoseconds of a call.
    let ns: Double
    /// The same for each element.
    let nsPerElement: Double

    enum CodingKeys: String, CodingKey {
        case name, size, threads, ns
        case nsPerElement = "ns_per_element"
    }

    init(_ kernel: Kernel, size: Int, seconds: Double) {
        (name, self.size, threads) = (kernel.name, size, Parallel.threads)
        ns = 1e9 * secondsPerCall(for: seconds, kernel.prepare(size))
        nsPerElement = ns / Double(size)
    }
}

/// The median time of a call: after a first one, calls are timed in groups of a millisecond or more.
func secondsPerCall(for limit: Double, _ body: () -> Void) -> Double {
    func time(_ calls: Int) -> Double {
        let start = ProcessInfo.processInfo.systemUptime
        for _ in 0..<calls { body() }
        return (ProcessInfo.processInfo.systemUptime - start) / Double(calls)
    }
    body()
    let calls = max(1, min(100_000, Int(1e-3 / max(time(1), 1e-9))))
    var times: [Double] = []
    let end = ProcessInfo.processInfo.systemUptime + limit
    repeat { times.append(time(calls)) } while ProcessInfo.processInfo.systemUptime < end
    return median(times)
}

/// All of them, in the order of the table.
let kernels =
    unaryKernels + binaryKernels + comparisonKernels + reductionKernels + orderingKernels + placementKernels
    + randomKernels + lossKernels + attentionKernels

/// Prints the time of each kernel as a line of JSON.
func showKernels(_ chosen: [Kernel], size: Int?, seconds: Double) throws {
    for kernel in chosen {
        for size in size.map({ [$0] }) ?? kernel.sizes {
            show(try jsonLine(KernelTime(kernel, size: size, seconds: seconds)))
        }
    }
}

/// Rows of a thousand elements, or one shorter row.
func rows(_ count: Int, from low: Double = -1, to high: Double = 1) -> Tensor<Float> {
    let width = min(count, 1000)
    return Tensor(uniform: [count / width, width], from: low, to: high)
}

/// A scalar whose gradient is `upstream`, at no cost.
func gradientOnly(_ x: Tensor<Float>, _ upstream: Tensor<Float>) -> Tensor<Float> {
    customOperation(x) { _ in (value: Tensor(0), pullback: { _ in upstream }) }
}
