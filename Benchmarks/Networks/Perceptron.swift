import Gradus

/// Training of a perceptron with two hidden layers of 512 on 128 images of 28 × 28 pixels; 669,706 weights. The same as
/// Benchmarks/peer_networks/mlp.py.
let perceptronWorkload = Workload(
    name: "mlp-train", about: "784-512-512-10 with ReLU, 128 rows, Adam", items: 128,
    multiplyAdds: 3 * 128 * (784 * 512 + 512 * 512 + 512 * 10)
) {
    classifierStep(perceptron(), images: [128, 784], Adam(learningRate: 1e-3))
}

/// The network.
func perceptron() -> Sequential {
    Sequential {
        Dense(784, 512, activation: .relu)
        Dense(512, 512, activation: .relu)
        Dense(512, 10)
    }
}
