import Gradus
import GradusData

/// The network and the loop of the README, on digits that need no files.
struct DigitNet: Layer {
    let features = Sequential {
        Conv2D(1, 8, kernel: 5, padding: .same, activation: .relu)
        MaxPool2D(2)
        Conv2D(8, 16, kernel: 5, padding: .same, activation: .relu)
        MaxPool2D(2)
        Flatten()
    }
    let classifier = Dense(784, 10, initializer: .glorotUniform)

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        classifier(features(images, pass), pass)
    }
}

let digits = GeneratedDigits(training: 3000, test: 500)
let model = DigitNet()
let optimizer = Adam(learningRate: 1e-3)

for epoch in 1...2 {
    for batch in digits.training.shuffled(seed: epoch).batches(of: 50) {
        let (_, gradients) = valueWithGradient(at: model) {
            softmaxCrossEntropy(model(batch.images, .training), batch.labels)
        }
        optimizer.update(model, along: gradients)
    }
    print(epoch, accuracy(of: model, on: digits.test))
}
try model.save(to: "digits.safetensors")
let reached = accuracy(of: model, on: digits.test)
guard reached > 0.85 else { fatalError("the consumer's network reached only \(reached)") }
print("the consumer's network reached \(reached)")
