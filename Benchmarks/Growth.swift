import Foundation
import Gradus
import GradusModels
import GradusTraining

/// How the time of a training step grows with the batch, the threads and the width of a layer.
func showGrowth() {
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    show("mnist-cnn, ms a training step\n   batch  1 thread  \(threads) threads  examples/s")
    for batch in [1, 2, 8, 32, 128, 512] {
        let times = [1, threads].map { count in
            Parallel.threads = count
            return medianSeconds(classifierStep(TFLayersNet(), images: [batch, 28, 28, 1], SGD(learningRate: 1e-3)))
        }
        show(
            String(
                format: "%8d %9.2f %10.2f %11.0f", batch, 1000 * times[0], 1000 * times[1], Double(batch) / times[1]))
    }
    show("\nLSTM of 50 rows and 20 steps, ms with gradients\n   width  1 thread  \(threads) threads   GFLOP/s")
    for width in [64, 128, 256, 512, 1024, 2048] {
        let times = [1, threads].map { count in
            Parallel.threads = count
            let (layer, x) = (LSTM(width, width), Tensor<Float>(uniform: [50, 20, width]))
            return medianSeconds { _ = valueWithGradient(at: layer) { layer(x, .training).sum() } }
        }
        // Forward, the gradient of the state, and both weights; the input has none here.
        let work = 1000 * 4 * width * width * 5
        show(
            String(
                format: "%8d %9.2f %10.2f %9.0f", width, 1000 * times[0], 1000 * times[1],
                2e-9 * Double(work) / times[1]))
    }
}

/// The median time of a call, over half a second and at least three calls after a first one.
private func medianSeconds(_ body: () -> Void) -> Double {
    body()
    var times: [Double] = []
    let end = ProcessInfo.processInfo.systemUptime + 0.5
    while times.count < 3 || ProcessInfo.processInfo.systemUptime < end {
        let start = ProcessInfo.processInfo.systemUptime
        body()
        times.append(ProcessInfo.processInfo.systemUptime - start)
    }
    return times.sorted()[times.count / 2]
}
