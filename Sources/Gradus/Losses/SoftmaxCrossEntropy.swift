/// Mean negative log-likelihood of the right class: `−(1/N) Σₙ log softmax(logits)[n, labels[n]]`.
///
/// Label smoothing ε mixes the target with the even distribution, `(1 − ε) onehot + ε / K`. Class weights `w` multiply
/// each class's part, and the mean is divided by the sum of the rows' `w[label]`; rows equal to `ignoredLabel` count for
/// nothing. Both are as in PyTorch. The gradient needs only the probabilities: `(softmax(logits) − target) / N`.
///
/// - Parameters:
///   - logits: unnormalised scores, `[…, K]`.
///   - labels: class of each row, `[…]`, each in `0..<K`.
///   - smoothing: ε, in `0...1`.
///   - classWeights: `[K]`.
///   - ignoredLabel: the label of rows that do not count, as of padding.
/// - Returns: a scalar, in nats; 0 when every row is ignored.
/// - Traps: when the shapes disagree or a label is outside `0..<K`.
public func softmaxCrossEntropy<Scalar: DifferentiableScalar>(
    _ logits: Tensor<Scalar>, _ labels: Tensor<Int32>, smoothing: Double = 0, classWeights: Tensor<Scalar>? = nil,
    ignoring ignoredLabel: Int32? = nil, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    check(
        logits.rank > 0 && labels.shape == Array(logits.shape.dropLast()),
        "softmaxCrossEntropy: expected logits […, K] and labels […], got \(logits.shape) and \(labels.shape)", file,
        line)
    let classes = logits.shape[logits.rank - 1]
    check(
        classWeights == nil || classWeights!.shape == [classes],
        "softmaxCrossEntropy: expected class weights [\(classes)], got \(classWeights?.shape ?? [])", file, line)
    check(
        smoothing >= 0 && smoothing <= 1, "softmaxCrossEntropy: smoothing must be in 0...1, got \(smoothing)", file,
        line)
    let rows = labels.count
    let logProbabilities = logits.detached().reshaped(to: [rows, classes]).logSoftmax()
    if logits.isAbstract { return .abstract([], logits.storage.trace!) }
    let targets = targetWeights(
        labels, classes, smoothing, classWeights?.detached(), ignoredLabel, as: Scalar.self, file, line)
    let loss = -(targets * logProbabilities).sum()
    return record(loss, from: logits) { upstream in
        // Σ_k target_k may differ from 1 under class weights: d loss / d logits = p Σ target − target.
        let gradient = logProbabilities.exp() * targets.sum(axes: [1], keepingAxes: true) - targets
        return (gradient * upstream).reshaped(to: logits.shape)
    }
}

/// The factor of every log-probability in the loss, the division by the rows' total weight included: `[N, K]`.
private func targetWeights<Scalar: DifferentiableScalar>(
    _ labels: Tensor<Int32>, _ classes: Int, _ smoothing: Double, _ classWeights: Tensor<Scalar>?,
    _ ignoredLabel: Int32?, as type: Scalar.Type, _ file: StaticString, _ line: UInt
) -> Tensor<Scalar> {
    let weights = classWeights?.scalars ?? Array(repeating: 1, count: classes)
    var total: Scalar = 0
    let rows = labels.count
    var targets = Tensor<Scalar>(zeros: [rows, classes])
    targets.withUnsafeMutableElements { target in
        labels.withUnsafeElements { labels in
            for (row, label) in labels.enumerated() where label != ignoredLabel {
                check(
                    label >= 0 && label < Int32(classes),
                    "softmaxCrossEntropy: label \(label) of row \(row) is outside 0..<\(classes)", file, line)
                if smoothing > 0 {
                    let share = Scalar(smoothing / Double(classes))
                    for k in 0..<classes { target[row * classes + k] = share * weights[k] }
                }
                target[row * classes + Int(label)] += Scalar(1 - smoothing) * weights[Int(label)]
                total += weights[Int(label)]
            }
        }
    }
    return total == 0 ? targets : targets / total
}

/// Mean cross-entropy against target distributions: `−(1/N) Σₙ Σₖ targets[n, k] log softmax(logits)[n, k]`.
///
/// - Parameters:
///   - logits: unnormalised scores, `[…, K]`.
///   - targets: a distribution for each row, `[…, K]`; no gradient flows to it.
/// - Returns: a scalar, in nats.
/// - Traps: when the shapes disagree.
public func softmaxCrossEntropy<Scalar: DifferentiableScalar>(
    _ logits: Tensor<Scalar>, targets: Tensor<Scalar>, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    checkSameShape("softmaxCrossEntropy", logits, targets, file, line)
    let rows = logits.count / max(1, logits.shape.last ?? 1)
    return -(targets.detached() * logits.logSoftmax()).sum() / Scalar(max(1, rows))
}

func checkSameShape<Scalar>(
    _ name: String, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ file: StaticString, _ line: UInt
) {
    check(a.shape == b.shape, "\(name): expected two tensors of one shape, got \(a.shape) and \(b.shape)", file, line)
}
