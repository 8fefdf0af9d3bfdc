/// Accuracies that runs should reach: what was recorded, and as much on both sides as other seeds and fewer test images move it.
enum Expectations {
    static let ranges: [ImageChoice.Dataset: [Int: [Method: ClosedRange<Double>]]] = [
        // CIFAR-10, JPEG copy; the original is a little easier.
        .cifar10: [
            3000: [
                .nearestL1: 0.25...0.34, .nearestL2: 0.23...0.32, .softmax: 0.30...0.40, .linearSVM: 0.32...0.42,
                .hogLinearSVM: 0.44...0.54, .hogRadialSVM: 0.49...0.59, .network: 0.42...0.62,
            ],
            10_000: [
                .nearestL1: 0.28...0.38, .nearestL2: 0.26...0.35, .softmax: 0.34...0.43, .linearSVM: 0.35...0.44,
                .hogLinearSVM: 0.47...0.56, .hogRadialSVM: 0.55...0.64,
            ],
            50_000: [
                .nearestL1: 0.37...0.42, .nearestL2: 0.34...0.39, .softmax: 0.38...0.44, .linearSVM: 0.38...0.44,
                .hogLinearSVM: 0.50...0.57, .hogRadialSVM: 0.61...0.68, .network: 0.70...0.82,
            ],
        ],
        .fashion: [
            3000: [
                .nearestL1: 0.75...0.83, .nearestL2: 0.75...0.83, .softmax: 0.70...0.84, .linearSVM: 0.76...0.85,
                .hogLinearSVM: 0.75...0.84, .hogRadialSVM: 0.79...0.87, .network: 0.75...0.88,
            ]
        ],
    ]
}
