import CKernels

/// Mean negative log-likelihood of the right class: `−(1/N) Σₙ log softmax(logits)[n, labels[n]]`.
///
/// Label smoothing ε mixes the target with the even distribution, `(1 − ε) onehot + ε / K`. Class weights `w` multiply
/// each class's term, and the mean is divided by the sum of the rows' `w[label]`; rows equal to `ignoredLabel` and terms of
/// weight 0 are ignored, whatever their logits. Both are as in PyTorch. The gradient needs only the probabilities:
/// `(softmax(logits) − target) / N`.
///
/// - Parameters:
///   - logits: unnormalized scores, `[…, K]`.
///   - labels: class of each row, `[…]`, each in `0..<K`.
///   - smoothing: ε, in `0...1`.
///   - classWeights: `[K]`.
///   - ignoredLabel: the label of rows that do not count, such as padding.
///   - reduction: the mean over the rows that count (by default), their sum, or the loss of each row, 0 where it is ignored.
/// - Returns: a scalar, or `[…]`, in nats; the mean is 0 when every row is ignored.
/// - Traps: when the shapes disagree or a label is outside `0..<K`.
public func softmaxCrossEntropy<Scalar: DifferentiableScalar>(
    _ logits: Tensor<Scalar>, _ labels: Tensor<Int32>, smoothing: Double = 0, classWeights: Tensor<Scalar>? = nil,
    ignoring ignoredLabel: Int32? = nil, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    check(
        logits.rank > 0 && labels.shape == Array(logits.shape.dropLast()),
        "softmaxCrossEntropy: expected logits […, K] and labels […], got \(logits.shape) and \(labels.shape)")
    let classes = logits.shape[logits.rank - 1]
    check(
        classWeights == nil || classWeights!.shape == [classes],
        "softmaxCrossEntropy: expected class weights [\(classes)], got \(classWeights?.shape ?? [])")
    check(smoothing >= 0 && smoothing <= 1, "softmaxCrossEntropy: smoothing must be in 0...1, got \(smoothing)")
    if let trace = logits.storage.trace { return .abstract(reduction == .none ? labels.shape : [], trace) }
    let x = logits.detached()
    let targets = CrossEntropyTargets(
        labels: labels, classes: classes, smoothing: smoothing, weights: classWeights?.detached(), ignored: ignoredLabel
    )
    let total = targets.totalWeight()
    let (losses, logSumExps) = targets.losses(x)
    if reduction == .none {
        return record(losses.reshaped(to: labels.shape), from: logits) { upstream, pass in
            pass.createsGraph
                ? targets.gradientExpression(pass.input(0, x), upstream)
                : targets.gradient(x, logSumExps, rowFactors: upstream, factor: 1)
        }
    }
    let divisor = reduction == .mean ? total : 1
    return record(losses.sum() / divisor, from: logits) { upstream, pass in
        pass.createsGraph
            ? targets.gradientExpression(pass.input(0, x), upstream / divisor)
            : targets.gradient(x, logSumExps, rowFactors: nil, factor: upstream.item / divisor)
    }
}

/// The targets of a cross-entropy's rows.
struct CrossEntropyTargets<Scalar: DifferentiableScalar> {
    let labels: Tensor<Int32>
    let classes: Int
    let smoothing: Double
    let weights: Tensor<Scalar>?
    let ignored: Int32?

    /// The sum of the weights of the labels that count; 1 when there are none.
    func totalWeight() -> Scalar {
        let weights = weights?.scalars
        var (total, counted) = (Scalar(0), 0)
        labels.withUnsafeElements { labels in
            for (row, label) in labels.enumerated() where label != ignored {
                check(
                    label >= 0 && label < Int32(classes),
                    "softmaxCrossEntropy: label \(label) of row \(row) is outside 0..<\(classes)")
                counted += 1
                if let weights { total += weights[Int(label)] }
            }
        }
        if weights == nil { total = Scalar(counted) }
        return total == 0 ? 1 : total
    }

    /// The loss of each row, `[N]`, and its ln Σ exp(x) in two parts, `[N, 2]`.
    func losses(_ x: Tensor<Scalar>) -> (losses: Tensor<Scalar>, logSumExps: Tensor<Scalar>) {
        let logSumExps = Tensor<Scalar>.uninitialized([labels.count, 2], like: x)
        let losses = Tensor<Scalar>.computed([labels.count], x, labels) { losses, x, labels in
            nonisolated(unsafe) let (losses, x, labels) = (losses, x, labels)
            forEachRowRange { first, count, targets in
                Scalar.kernels.pointee.cross_entropy(
                    losses + first, logSumExps.destination + 2 * first, x + first * classes, labels + first, targets,
                    count,
                    classes)
            }
        }
        return (losses, logSumExps)
    }

    /// The gradient of the sum of the losses, each times its row's factor, times `factor`.
    func gradient(
        _ x: Tensor<Scalar>, _ logSumExps: Tensor<Scalar>, rowFactors: Tensor<Scalar>?, factor: Scalar
    ) -> Tensor<Scalar> {
        withExtendedLifetime(rowFactors?.storage) {
            .computed(x.shape, x, logSumExps, labels) { dx, x, logSumExps, labels in
                nonisolated(unsafe) let (dx, x, logSumExps, labels) = (dx, x, logSumExps, labels)
                forEachRowRange { first, count, targets in
                    Scalar.kernels.pointee.cross_entropy_gradient(
                        dx + first * classes, x + first * classes, logSumExps + 2 * first, labels + first, targets,
                        rowFactors.map { $0.pointer + first }, factor.asDouble, count, classes)
                }
            }
        }
    }

    /// The same in operations on tensors: with a target t of sum s for each row, `(s softmax(x) − t)` times the row's factor.
    ///
    /// - Parameter factors: of each row, `[…]`, or of all, a scalar.
    func gradientExpression(_ x: Tensor<Scalar>, _ factors: Tensor<Scalar>) -> Tensor<Scalar> {
        let rows = x.reshaped(to: [labels.count, classes])
        let counts = labels.reshaped(to: [labels.count]) .!= Tensor<Int32>(ignored ?? -1)
        let known = Tensor<Int32>(labels.scalars.map { $0 == ignored ? 0 : $0 })
        var target =
            known.oneHot(classes, as: Scalar.self) * Scalar(1 - smoothing) + Scalar(smoothing / Double(classes))
        if let weights { target = target * weights }
        target = `where`(counts.expandingShape(at: -1), target, Tensor(0))
        let slopes = rows.softmax() * target.sum(axes: [1], keepingAxes: true) - target
        let columns = factors.rank == 0 ? factors : factors.reshaped(to: [labels.count, 1])
        return (slopes * columns).reshaped(to: x.shape)
    }

    private func forEachRowRange(_ body: @Sendable (Int, Int, UnsafePointer<gradus_target_distribution>) -> Void) {
        withExtendedLifetime(weights?.storage) {
            var targets = gradus_target_distribution(
                smoothing: smoothing, class_weights: weights?.pointer, ignores: ignored == nil ? 0 : 1,
                ignored: ignored ?? 0)
            withUnsafePointer(to: &targets) { targets in
                nonisolated(unsafe) let targets = targets
                Kernels.forEachRowRange(labels.count, width: classes) { body($0, $1, targets) }
            }
        }
    }
}

/// Mean cross-entropy against target distributions: `−(1/N) Σₙ Σₖ targets[n, k] log softmax(logits)[n, k]`.
///
/// - Parameters:
///   - logits: unnormalized scores, `[…, K]`.
///   - targets: a distribution for each row, `[…, K]`; zeros contribute nothing, and no gradient flows to it.
/// - Returns: a scalar, in nats.
/// - Traps: when the shapes disagree.
public func softmaxCrossEntropy<Scalar: DifferentiableScalar>(
    _ logits: Tensor<Scalar>, targets: Tensor<Scalar>
) -> Tensor<Scalar> {
    checkSameShape("softmaxCrossEntropy", logits, targets)
    let rows = logits.count / max(1, logits.shape.last ?? 1)
    return -logits.logSoftmax().weighted(by: targets.detached()).sum() / Scalar(max(1, rows))
}

func checkSameShape<Scalar>(_ name: String, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>) {
    check(a.shape == b.shape, "\(name): expected two tensors of one shape, got \(a.shape) and \(b.shape)")
}
