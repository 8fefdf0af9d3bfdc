import Gradus
import GradusData
import GradusModels
import GradusVision

/// A network that tells classes, with what is needed to use it on images; where it comes from does not matter.
struct Classifier {
    /// What it is, for a reader.
    let title: String
    let network: ImageClassifier
    let classNames: [String]
    /// How an image of any size becomes what the network was taught on, without what follows in ``preparation``.
    let fit: ImagePreprocessing
    /// What happens between pixels from 0 to 1 and the network; nothing in it is random.
    let preparation: ImagePipeline

    /// Probabilities `[N, K]` of images with pixels from 0 to 1, `[N, H, W, C]`.
    func probabilities(_ images: Tensor<Float>) -> Tensor<Float> { network(preparation(images), .inference).softmax() }

    /// The likeliest classes of an image that was fitted, with their probabilities.
    func guesses(_ image: GradusVision.Image, count: Int) -> [(name: String, probability: Float)] {
        let count = min(count, classNames.count)
        let (values, classes) = probabilities(image.tensor).topK(count)
        return (0..<count).map { (classNames[Int(classes.element(at: 0, $0))], values.element(at: 0, $0)) }
    }
}
