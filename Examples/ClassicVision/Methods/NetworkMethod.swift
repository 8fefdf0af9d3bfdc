import ExampleSupport
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// A convolutional network, trained for a short time.
struct NetworkMethod {
    let method: Method

    func outcome(_ task: LearningTask) throws -> Outcome {
        let images = task.images
        let (height, width, channels) = (images.imageShape[0], images.imageShape[1], images.imageShape[2])
        let classes = images.classNames.count
        let settings = task.settings
        return try withRandomSeed(UInt64(task.seed)) {
            method == .resNet
                ? try outcome(
                    task, CIFARResNet(depth: 20, classes: classes),
                    SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4), peak: 0.1)
                : try outcome(
                    task, TFLayersNet(height: height, width: width, channels: channels, classes: classes),
                    Adam(learningRate: settings.learningRate), peak: settings.learningRate)
        }
    }

    private func outcome<Network: Layer>(
        _ task: LearningTask, _ network: Network, _ optimizer: any Optimizer, peak: Float
    ) throws -> Outcome {
        let (images, settings) = (task.images, task.settings)
        let batchSize = min(settings.batchSize, images.count)
        let perEpoch = images.count / batchSize
        let epochs = max(settings.epochs, (settings.leastSteps + perEpoch - 1) / perEpoch)
        let trainer = Trainer<Network, ImageBatch>(
            network, optimizer, random: RandomGenerator(seed: UInt64(task.seed))
        ) { network, batch, pass in
            softmaxCrossEntropy(network(batch.images, pass), batch.labels)
        }
        trainer.schedule = .oneCycle(peak: peak, steps: epochs * perEpoch)
        let (_, learning) = try timed {
            for epoch in 1...epochs {
                let order = images.shuffled(seed: task.seed &* 1000 &+ epoch)
                for batch in order.batches(of: batchSize, dropsLast: true).prefetched() {
                    try trainer.step(centered(batch))
                    if Interrupt.isRequested { throw InterruptedMethod() }
                }
                trainer.finishEpoch()
            }
        }
        let (answers, naming) = timed {
            Tensor.concatenated(
                task.store.images.test.batches(of: 100).map {
                    trainer.model(centered($0).images, .inference).argmax()
                })
        }
        return Outcome(
            answers: answers, choice: "\(epochs * perEpoch) steps of \(batchSize)", learning: learning, naming: naming)
    }

    /// Pixels from −1 to 1.
    private func centered(_ batch: ImageBatch) -> ImageBatch {
        ImageBatch(images: batch.images * 2 - 1, labels: batch.labels)
    }
}
