// What the consumer's test adds to the README's program.

let reached = accuracy(of: model, on: fashion.test)
let first = Array(fashion.test.batches(of: 50))[0]
print("the consumer's network reached \(reached); the loss of a batch is \(loss(of: first))")
guard reached > 0.85 else { fatalError("the consumer's network reached only \(reached)") }

func step(_ batch: ImageBatch) {
    let (_, gradients) = valueWithGradient(at: model) {
        softmaxCrossEntropy(model(batch.images, .training), batch.labels)
    }
    optimizer.update(model, along: gradients)
}

let batch = Array(fashion.training.batches(of: 100))[0]
let times = (0..<20).map { _ in ContinuousClock().measure { step(batch) } }.sorted()
print("a step of 100 takes \(times[10])")

// A mistake outside valueWithGradient: the text above must be in the file, and the message must name this program.
let scores = model(Tensor<Float>(zeros: [2, 14, 14, 1]), .inference)
