import GradusBLAS

/// Mean cross-entropy of logits `features · weight`, which are never all in memory: with a large vocabulary they would be the
/// largest tensor of a step.
///
/// The rows are processed in blocks. Each block gives its losses and, where a gradient is recorded, its part of the gradients
/// of features and weight, which the backward pass only scales. A block has at most 2²⁴ logits, or 256 rows if that is more.
///
/// - Parameters:
///   - features: `[…, D]`.
///   - weight: `[D, K]`, or `[K, D]` with `transposed`, as the table of an embedding.
///   - labels: class of each row, `[…]`, each in `0..<K`.
///   - smoothing: as in ``softmaxCrossEntropy(_:_:smoothing:classWeights:ignoring:reduction:)``.
///   - ignoredLabel: the label of rows that do not count, such as padding.
/// - Returns: a scalar, in nats; 0 when every row is ignored.
/// - Traps: when the shapes disagree or a label is outside `0..<K`.
public func linearCrossEntropy<Scalar: DifferentiableScalar>(
    _ features: Tensor<Scalar>, _ weight: Tensor<Scalar>, transposed: Bool = false, _ labels: Tensor<Int32>,
    smoothing: Double = 0, ignoring ignoredLabel: Int32? = nil
) -> Tensor<Scalar> {
    check(
        features.rank > 0 && weight.rank == 2 && weight.shape[transposed ? 1 : 0] == features.shape[features.rank - 1]
            && labels.shape == Array(features.shape.dropLast()),
        "linearCrossEntropy: expected features […, D], a weight \(transposed ? "[K, D]" : "[D, K]") and labels […], got "
            + "\(features.shape), \(weight.shape) and \(labels.shape)")
    check(smoothing >= 0 && smoothing <= 1, "linearCrossEntropy: smoothing must be in 0...1, got \(smoothing)")
    let (d, classes) = (features.shape[features.rank - 1], weight.shape[transposed ? 0 : 1])
    let rows = labels.count
    features.storage.trace?.note(multiplyAdds: rows * d * classes)
    if let trace = features.storage.trace ?? weight.storage.trace { return .abstract([], trace) }
    let (x, w) = (features.detached().reshaped(to: [rows, d]), weight.detached())
    let flat = labels.reshaped(to: [rows])
    func targets(_ labels: Tensor<Int32>) -> CrossEntropyTargets<Scalar> {
        CrossEntropyTargets(labels: labels, classes: classes, smoothing: smoothing, weights: nil, ignored: ignoredLabel)
    }
    let total = targets(flat).totalWeight()
    // Constant inputs have no gradient.
    let dFeatures = features.origin.map { _ in Tensor<Scalar>.uninitialized(x.shape, like: x) }
    let dWeight = weight.origin.map { _ in Tensor<Scalar>(zeros: w.shape) }
    let block = max(256, (1 << 24) / max(1, classes))
    var losses: [Tensor<Scalar>] = []
    for first in stride(from: 0, to: rows, by: block) {
        let range = first..<min(rows, first + block)
        let (part, aims) = (x.slice(axis: 0, range), targets(flat.slice(axis: 0, range)))
        let logits = matmul(part, w, transposeB: transposed)
        let (values, logSumExps) = aims.losses(logits)
        losses.append(values.sum())
        guard dFeatures != nil || dWeight != nil else { continue }
        let slopes = aims.gradient(logits, logSumExps, rowFactors: nil, factor: 1 / total)
        if let dFeatures {
            withExtendedLifetime((slopes.storage, w.storage)) {
                Kernels.matmul(
                    MatrixView(slopes.pointer, rows: range.count, columns: classes), transposeA: false,
                    MatrixView(w.pointer, rows: w.shape[0], columns: w.shape[1]), transposeB: !transposed,
                    into: MutableMatrixView(dFeatures.destination + first * d, rows: range.count, columns: d))
            }
        }
        if let dWeight {
            let (left, right) = transposed ? (slopes, part) : (part, slopes)
            withExtendedLifetime((left.storage, right.storage)) {
                Kernels.sumOfOuterProducts(
                    [(left.pointer, right.pointer, range.count)], left.shape[1], right.shape[1], accumulates: true,
                    into: dWeight.destination)
            }
        }
    }
    let loss = losses.isEmpty ? Tensor<Scalar>(0) : Tensor.stacked(losses).sum() / total
    return record([loss], from: [features, weight], operation: "linearCrossEntropy") { upstream, pass in
        if pass.createsGraph {
            return pass.gradients(at: [features.detached(), w], upstream) { inputs in
                let logits = matmul(inputs[0].reshaped(to: [rows, d]), inputs[1], transposeB: transposed)
                return [softmaxCrossEntropy(logits, flat, smoothing: smoothing, ignoring: ignoredLabel)]
            }.map { $0.map(Contribution.tensor) }
        }
        let factor = upstream[0]!.item
        return [
            pass.wants(0) ? dFeatures.map { .tensor($0.reshaped(to: features.shape) * factor) } : nil,
            pass.wants(1) ? dWeight.map { .tensor($0 * factor) } : nil,
        ]
    }[0]
}
