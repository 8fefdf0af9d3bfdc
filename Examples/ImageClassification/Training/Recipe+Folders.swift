import ExampleSupport
import Gradus

extension Recipe {
    /// The recipe for a folder of `images` images to learn from: those of the known sets take many more for granted.
    ///
    /// Batches shrink until an epoch has 20 of them, but not below 8 images, and the rate of gradient descent with them (Goyal et al.
    /// 2017); there are as many epochs as 400 steps take, at most 100. What the flags say stays.
    func suited(to images: Int, keeping flags: Flags) -> Recipe {
        var recipe = self
        if !flags.has("--batch-size") && images < 20 * batchSize {
            recipe.batchSize = max(8, min(batchSize, images / 20))
            if method == .sgd && !flags.has("--learning-rate") {
                recipe.learningRate *= Float(recipe.batchSize) / Float(batchSize)
            }
        }
        if !flags.has("--epochs") && !flags.has("--smoke") {
            let steps = max(1, images / recipe.batchSize)
            recipe.epochs = max(epochs, min(100, (400 + steps - 1) / steps))
        }
        return recipe
    }
}
