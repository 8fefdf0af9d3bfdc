/// Makes a model whose weights are loaded next: initializers return zeros, which costs no time.
///
/// ```swift
/// let model = withoutInitialization { ResNet18() }
/// try model.load(from: "resnet18.safetensors")
/// ```
public func withoutInitialization<Model>(_ body: () throws -> Model) rethrows -> Model {
    try WeightsToCome.$isExpected.withValue(true) { try body() }
}

enum WeightsToCome {
    @TaskLocal static var isExpected = false
}
