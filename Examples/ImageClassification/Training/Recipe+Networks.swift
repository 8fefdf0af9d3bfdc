extension Recipe {
    /// How the network of the given name is usually taught here: in minutes, and well.
    static func usual(for network: String) -> Recipe {
        switch network {
        case "tf-layers": Recipe()
        case "lenet": lenet
        case "cifar10-full": caffe
        case "tf-cifar10": tutorial
        case "vgg11", "vgg16": normalized(epochs: 10, rate: 0.05, decay: 5e-4)
        default: normalized(epochs: 6, rate: 0.2, decay: 1e-4)
        }
    }

    /// The experiment that the network became known by.
    static func full(for network: String) -> Recipe {
        var recipe = usual(for: network)
        switch network {
        case "tf-layers": (recipe.method, recipe.epochs) = (.sgd, 33)
        case "lenet": recipe.epochs = 11
        case "cifar10-full":
            // 70,000 steps of 100; the rate falls at 60,000 and 65,000.
            (recipe.epochs, recipe.rate, recipe.milestones) = (140, .milestones, [60.0 / 70, 65.0 / 70])
        case "tf-cifar10": recipe.epochs = 256
        default:
            // 64,000 steps of 128; the rate falls at 32,000 and 48,000 (He et al. 2015).
            (recipe.epochs, recipe.learningRate) = (164, 0.1)
            (recipe.rate, recipe.milestones) = (.milestones, [0.5, 0.75])
        }
        return recipe
    }

    /// For networks with batch normalization: one cycle of the rate, images moved and turned around.
    private static func normalized(epochs: Int, rate: Float, decay: Float) -> Recipe {
        Recipe(
            epochs: epochs, batchSize: 128, dropsLast: true, method: .sgd, learningRate: rate, momentum: 0.9,
            weightDecay: decay, rate: .oneCycle,
            images: ImageRecipe(padding: 4, flips: true, values: .normalized))
    }

    /// Caffe's and Mocha's solver for LeNet.
    private static let lenet = Recipe(
        epochs: 2, batchSize: 64, dropsLast: true, method: .sgd, learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4,
        rate: .inverse)

    /// Caffe's and Mocha's solver for "CIFAR-10 full": 5,000 steps at its first rate.
    private static let caffe = Recipe(
        epochs: 10, batchSize: 100, method: .sgd, learningRate: 1e-3, momentum: 0.9, weightDecay: 0.004,
        images: ImageRecipe(values: .meanImage))

    /// That of TensorFlow's CIFAR-10 tutorial.
    private static let tutorial = Recipe(
        epochs: 10, batchSize: 128, dropsLast: true, method: .sgd, learningRate: 0.1, averaging: 0.9999,
        images: ImageRecipe(
            crop: 24, flips: true, brightness: 63.0 / 255, contrast: [0.2, 1.8], values: .standardized))
}
