import Gradus
import GradusData
import GradusModels
import GradusTraining

/// A convolutional network, trained for a short time.
struct NetworkMethod {
    let method: Method

    func outcome(_ task: LearningTask) throws -> Outcome {
        let (shape, classes) = (task.images.imageShape, task.images.classNames.count)
        let rate = task.settings.learningRate
        return try task.experiment.seeded {
            method == .resNet
                ? try outcome(
                    task, CIFARResNet(depth: 20, classes: classes),
                    SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4), peak: 0.1)
                : try outcome(
                    task, TFLayersNet(height: shape[0], width: shape[1], channels: shape[2], classes: classes),
                    Adam(learningRate: rate), peak: rate)
        }
    }

    private func outcome<Network: Layer>(
        _ task: LearningTask, _ network: Network, _ optimizer: any Optimizer, peak: Float
    ) throws -> Outcome {
        let (images, settings) = (task.images, task.settings)
        let batchSize = min(settings.batchSize, images.count)
        let perEpoch = images.count / batchSize
        let leastSteps =
            switch task.experiment.size {
            case .smoke: 40
            case .standard: 100
            case .full: 300
            }
        let epochs = max(settings.epochs, (leastSteps + perEpoch - 1) / perEpoch)
        // Pixels from −1 to 1.
        func scores(_ batch: ImageBatch, _ pass: Pass) -> Tensor<Float> { network(batch.images * 2 - 1, pass) }
        let trainer = Trainer<ImageBatch>(
            Learner(network, optimizer, schedule: .oneCycle(peak: peak, steps: epochs * perEpoch)),
            random: RandomGenerator(seed: UInt64(task.seed))
        ) { _, batch, pass in
            softmaxCrossEntropy(scores(batch, pass), batch.labels)
        }
        let (_, learning) = try timed {
            for epoch in 1...epochs {
                let order = images.shuffled(seed: task.experiment.seed(epoch))
                for batch in order.batches(of: batchSize, dropsLast: true).prefetched() {
                    try task.experiment.checkInterruption()
                    try trainer.step(batch)
                }
                trainer.finishEpoch()
            }
        }
        let (answers, naming) = timed {
            Tensor.concatenated(task.features.images.test.batches(of: 100).map { scores($0, .inference).argmax() })
        }
        return Outcome(
            answers: answers, choice: "\(epochs * perEpoch) steps of \(batchSize)", learning: learning, naming: naming)
    }
}
