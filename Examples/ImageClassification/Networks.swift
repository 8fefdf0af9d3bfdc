import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// How a network is trained.
struct Recipe: Equatable {
    /// How the learning rate changes from step to step.
    enum Rate: Equatable {
        /// Always the same.
        case constant
        /// Up for 30 % of the steps, then down to almost nothing (Smith & Topin 2017).
        case oneCycle
        /// Divided by `(1 + step / 10000)^¾` (Caffe's LeNet).
        case inverse
        /// A tenth of it from each of these shares of the steps on.
        case milestones([Double])
    }

    var epochs = 2
    var batchSize = 100
    /// Whether the last images of an epoch are left out when they do not fill a batch.
    var dropsLast = false
    var optimizer = OptimizerKind.adam
    var learningRate: Float = 1e-3
    var momentum: Float = 0
    var weightDecay: Float = 0
    var rate = Rate.constant
    var smoothing = 0.0
    /// The decay of the averaged weights that are evaluated and kept, when there are any.
    var averaging: Float?
    var images = ImageRecipe()

    enum OptimizerKind: String { case adam, sgd }
}

extension Recipe {
    /// How each network is usually trained here, in minutes and well, and in the experiment that it became known by.
    private static let all: [String: (usual: Recipe, full: Recipe)] = [
        "tf-layers": (Recipe(), Recipe(epochs: 33, optimizer: .sgd)),
        // Caffe's and Mocha's solver for LeNet.
        "lenet": (
            caffe(2, size: 64, 0.01, decay: 5e-4, rate: .inverse),
            caffe(11, size: 64, 0.01, decay: 5e-4, rate: .inverse)
        ),
        // Caffe's and Mocha's solver for "CIFAR-10 full": 5,000 steps at its first rate; and 70,000 steps, after 60,000 and
        // 65,000 of which the rate falls.
        "cifar10-full": (
            caffe(10, size: 100, 1e-3, decay: 0.004, ImageRecipe(normalization: .meanImage)),
            caffe(
                140, size: 100, 1e-3, decay: 0.004, rate: .milestones([60.0 / 70, 65.0 / 70]),
                ImageRecipe(normalization: .meanImage))
        ),
        "tf-cifar10": (tutorial(epochs: 10), tutorial(epochs: 256)),
        "vgg11": (normalized(decay: 5e-4, epochs: 10, 0.05), residual(decay: 5e-4)),
        "vgg16": (normalized(decay: 5e-4, epochs: 10, 0.05), residual(decay: 5e-4)),
    ]

    /// The recipe of a network, with what the flags change.
    init(_ network: ImageNetwork, _ size: RunSize, _ flags: Train) {
        let known = Self.all[network.name] ?? (Self.normalized(decay: 1e-4, epochs: 6, 0.2), Self.residual(decay: 1e-4))
        self = size == .full ? known.full : known.usual
        if size == .smoke { epochs = 1 }
        epochs = flags.epochs ?? epochs
        batchSize = flags.batchSize ?? batchSize
        learningRate = flags.learningRate ?? learningRate
        weightDecay = flags.weightDecay ?? weightDecay
        smoothing = Double(flags.labelSmoothing)
        images.augmentations = flags.augment?.all ?? images.augmentations
        if flags.whiten {
            images.isWhitened = true
            // ε is meant for samples of variance 1.
            if images.normalization == .identity { images.normalization = .perChannel }
        }
    }

    private static func caffe(
        _ epochs: Int, size: Int, _ rate: Float, decay: Float, rate schedule: Rate = .constant,
        _ images: ImageRecipe = ImageRecipe()
    ) -> Recipe {
        Recipe(
            epochs: epochs, batchSize: size, dropsLast: size == 64, optimizer: .sgd, learningRate: rate, momentum: 0.9,
            weightDecay: decay, rate: schedule, images: images)
    }

    /// TensorFlow's CIFAR-10 tutorial.
    private static func tutorial(epochs: Int) -> Recipe {
        Recipe(
            epochs: epochs, batchSize: 128, dropsLast: true, optimizer: .sgd, learningRate: 0.1, averaging: 0.9999,
            images: ImageRecipe(
                window: 24, augmentations: [.flip, .brightness, .contrast], normalization: .perImage))
    }

    /// For networks with batch normalization: one cycle of the rate, images moved and turned around.
    private static func normalized(decay: Float, epochs: Int, _ rate: Float) -> Recipe {
        Recipe(
            epochs: epochs, batchSize: 128, dropsLast: true, optimizer: .sgd, learningRate: rate, momentum: 0.9,
            weightDecay: decay, rate: .oneCycle,
            images: ImageRecipe(augmentations: [.crop, .flip], normalization: .perChannel))
    }

    /// 64,000 steps of 128; the rate falls at 32,000 and 48,000 (He et al. 2015).
    private static func residual(decay: Float) -> Recipe {
        var recipe = normalized(decay: decay, epochs: 164, 0.1)
        recipe.rate = .milestones([0.5, 0.75])
        return recipe
    }

    /// Suits the recipe to a folder of `images` training images: those of the known sets expect many more.
    ///
    /// Batches shrink until an epoch has 20 of them, but not below 8 images, and the rate of gradient descent with them (Goyal et
    /// al. 2017); there are as many epochs as 400 steps take, at most 100. What the flags say stays.
    mutating func suit(_ images: Int, _ flags: Train) {
        if flags.batchSize == nil && images < 20 * batchSize {
            let smaller = max(8, min(batchSize, images / 20))
            if optimizer == .sgd && flags.learningRate == nil { learningRate *= Float(smaller) / Float(batchSize) }
            batchSize = smaller
        }
        if flags.epochs == nil && epochs > 1 {
            let steps = max(1, images / batchSize)
            epochs = max(epochs, min(100, (400 + steps - 1) / steps))
        }
    }

    /// - Parameter groups: rates and decays of some parameters.
    func optimizer(_ groups: [ParameterGroup]) -> any Optimizer {
        switch optimizer {
        case .adam: Adam(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
        case .sgd: SGD(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, groups: groups)
        }
    }

    /// The rate of each of `steps` steps.
    func schedule(steps: Int) -> Schedule {
        switch rate {
        case .constant: .constant(learningRate)
        case .oneCycle: .oneCycle(peak: learningRate, steps: max(2, steps), rising: 0.3)
        case .inverse: .inverse(learningRate, decay: 1e-4, power: 0.75)
        case .milestones(let shares):
            .step(learningRate, factor: 0.1, at: shares.map { Int(($0 * Double(steps)).rounded()) })
        }
    }
}

/// The name of a network, as a flag takes it.
struct NetworkName: RawRepresentable, FlagValue, CaseIterable {
    let rawValue: String

    static let allCases = ImageNetwork.all.compactMap { NetworkName(rawValue: $0.name) }

    init?(rawValue: String) {
        guard ImageNetwork.named(rawValue) != nil else { return nil }
        self.rawValue = rawValue
    }

    var network: ImageNetwork { ImageNetwork.named(rawValue)! }
}

extension ImageNetwork {
    /// The size that images are brought to, `[H, W, C]`, from that of their set, or nil for files of any size.
    func imageShape(_ images: [Int]?, window: Int?) -> [Int] {
        let images = images ?? [max(32, inputShape[0]), max(32, inputShape[1]), 3]
        // Images that nothing can be seen in are refused, not enlarged.
        guard min(images[0], images[1]) >= ImageSource.leastSide else { return images }
        let least = max(leastSide, window ?? 1)
        return [max(images[0], least), max(images[1], least), images[2]]
    }
}
